import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { UsageError } from '../../src/runtime/errors.ts'
import { nearest } from '../../src/runtime/nearest.ts'
import { type Safeguard, safeguards } from './safeguards.ts'

const repository = join(import.meta.dirname, '../..')

/** The source without the safeguard. Throws where the text to be replaced is not found exactly once. */
export function sourceWithout({ file, text, without }: Safeguard): string {
  const source = readFileSync(join(repository, file), 'utf8')
  const found = source.split(text).length - 1
  if (found !== 1) throw new Error(`${file} has the text of the safeguard ${found} times, not once:\n${text}`)
  return source.replace(text, () => without)
}

/** The safeguard of this name; throws UsageError with the nearest names. */
export function safeguardOf(name: string): Safeguard {
  const safeguard = safeguards.get(name)
  if (safeguard !== undefined) return safeguard
  const [best] = nearest(name, safeguards.keys())
  const hint = best === undefined ? '' : `did you mean ${best}? `
  throw new UsageError(`there is no safeguard '${name}'`, {
    nextStep: `${hint}There are: ${[...safeguards.keys()].join(', ')}`,
  })
}

/** From now on the file is loaded without the safeguard: to be called before anything of the product is imported. */
export function loadWithout(safeguard: Safeguard): void {
  const source = sourceWithout(safeguard)
  const url = pathToFileURL(join(repository, safeguard.file)).href
  registerHooks({
    load: (asked, context, nextLoad) =>
      asked === url ? { format: 'module-typescript', shortCircuit: true, source } : nextLoad(asked, context),
  })
}
