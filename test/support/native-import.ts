import { createRequire } from 'node:module'

/** Node's own `import`: the test runner's would transform a configuration file, and so never fail as Node does. */
export const nativeImport: (url: string) => Promise<unknown> = createRequire(import.meta.url)('./native-import.cjs')
