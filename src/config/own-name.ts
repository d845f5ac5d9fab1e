import { registerHooks } from 'node:module'
import { extname } from 'node:path'

/** The library's own name, as configurations import it. */
export const ownName = 'hostvitals'

/** The public surface of this very program: `src/index.ts` in a clone, `dist/index.js` where it is installed. */
export const ownIndex: string = new URL(`../index${extname(new URL(import.meta.url).pathname)}`, import.meta.url).href

/**
 * Serves `import … from 'hostvitals'` with this program from now on, so that configurations anywhere need no
 * `node_modules` and a metric may import lazily; and reads the files given by URL as ES modules whatever their
 * package.json leaves open.
 */
export function serveOwnName(files: ReadonlySet<string>): void {
  registerHooks({
    resolve: (specifier, context, nextResolve) => {
      if (specifier === ownName) return { url: ownIndex, shortCircuit: true }
      const resolved = nextResolve(specifier, context)
      if (!files.has(resolved.url)) return resolved
      return { ...resolved, format: resolved.url.endsWith('.ts') ? 'module-typescript' : 'module' }
    },
  })
}
