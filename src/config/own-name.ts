import { type LoadHookSync, registerHooks } from 'node:module'
import { extname } from 'node:path'
import { stripTypes } from './strip-types.ts'

/** The library's own name, as configurations import it. */
export const ownName = 'hostvitals'

const ownExtension = extname(new URL(import.meta.url).pathname)

/** The public surface of this very program: `src/index.ts` in a clone, `dist/index.js` where it is installed. */
export const ownIndex: string = new URL(`../index${ownExtension}`, import.meta.url).href

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
    // From its sources this program is TypeScript itself, and has loaded by now what strips types.
    ...(ownExtension === '.ts' ? {} : { load: stripsElsewhere(files) }),
  })
}

/** Loads TypeScript as another process has stripped it: `files` together, what they import one by one. */
export function stripsElsewhere(files: ReadonlySet<string>, strip: typeof stripTypes = stripTypes): LoadHookSync {
  const known = new Map<string, string | undefined>()
  return (url, context, nextLoad) => {
    if (context.format !== 'module-typescript' || !url.startsWith('file:')) return nextLoad(url, context)
    if (!known.has(url)) {
      const wanted = files.has(url) ? [...files].filter((file) => file.endsWith('.ts')) : [url]
      const stripped = strip(wanted)
      for (const each of wanted) known.set(each, stripped.get(each))
    }
    const source = known.get(url)
    return source === undefined ? nextLoad(url, context) : { format: 'module', source, shortCircuit: true }
  }
}
