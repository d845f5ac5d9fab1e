import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describeError } from '../runtime/errors.ts'
import { nearest } from '../runtime/nearest.ts'
import type { Fault } from './fault.ts'
import { ownName } from './own-name.ts'
import { frameAt, positionAt } from './source-text.ts'

/** Where an import went wrong, as Node tells it. */
interface Blame {
  readonly file: string
  readonly line?: number
  readonly column?: number
}

/** What Node said when it imported `file`, in words that tell a person what to write. `exported` are our own public names. */
export function importFault(error: unknown, file: string, exported: readonly string[]): Fault {
  const fault = missingModule(error) ?? syntaxFault(error, exported) ?? thrownFault(error, file, exported)
  const text = existsSync(fault.file) ? readFileSync(fault.file, 'utf8') : undefined
  const { line, column } = fault
  if (text === undefined || line === undefined) return fault
  return { ...fault, frame: frameAt(text, { line, ...(column === undefined ? {} : { column }) }) }
}

function missingModule(error: unknown): Fault | undefined {
  const pattern = /^Cannot find (module|package) '([^']+)' imported from (.+)$/
  const [, sort, missing = '', from = ''] = pattern.exec(error instanceof Error ? error.message : '') ?? []
  if (sort === undefined) return undefined
  const file = from.startsWith('file:') ? fileURLToPath(from) : from
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const specifiers = [...text.matchAll(/(['"])([^'"\n]+)\1/g)]
  const at = specifiers.find(({ 2: specifier = '' }) =>
    sort === 'package' ? specifier.startsWith(missing) : resolve(dirname(file), specifier) === missing,
  )
  const written = at?.[2] ?? missing
  const ending = ['.ts', '.js', '.mjs'].find((each) => existsSync(`${missing}${each}`))
  const nextStep =
    sort === 'package'
      ? `Run: npm install ${missing} (in ${dirname(file)})`
      : ending === undefined
        ? `Make ${missing}, or remove the import.`
        : `Write the file's ending too: '${written}${ending}'.`
  const where = at === undefined ? {} : positionAt(text, at.index)
  return {
    file,
    ...where,
    problem: `the ${sort === 'package' ? 'package' : 'file'} '${written}' is not there`,
    nextStep,
  }
}

/** What cannot be parsed or linked; Node puts file, line and a mark above the stack. */
function syntaxFault(error: unknown, exported: readonly string[]): Fault | undefined {
  // By name: the error may come from another realm. Without a head it was thrown at run time, as by JSON.parse.
  if (!(error instanceof Error) || error.name !== 'SyntaxError') return undefined
  const [, path, line, code = ''] = /^(\S.*):(\d+)\n([\s\S]*?)\n\n?\s*SyntaxError/.exec(error.stack ?? '') ?? []
  if (path === undefined) return undefined
  const mark = code.split('\n').find((each) => /^\s*\^+\s*$/.test(each))
  const column = mark === undefined ? {} : { column: mark.indexOf('^') + 1 }
  const place = { file: pathOf(path), line: Number(line), ...column }
  return { ...place, ...syntaxWords(error, place.file, exported) }
}

function syntaxWords(error: Error, file: string, exported: readonly string[]): Pick<Fault, 'problem' | 'nextStep'> {
  const [, construct] = /^TypeScript (.+) is not supported in strip-only mode/.exec(error.message) ?? []
  if (construct !== undefined) {
    const nextStep = /enum/.test(construct)
      ? "Write a const object: const Level = { low: 'low', high: 'high' } as const."
      : /parameter property/.test(construct)
        ? 'Declare the field and set it in the constructor.'
        : 'Write it in plain JavaScript with types.'
    return {
      problem: `${construct} cannot be used here: Node strips types, and this has a meaning at run time`,
      nextStep,
    }
  }
  const [, from, name = ''] = /'([^']+)' does not provide an export named '([^']+)'/.exec(error.message) ?? []
  if (from !== undefined) {
    const [close] = from === ownName ? nearest(name, exported) : []
    const known = `See what '${from}' exports.`
    return { problem: `'${from}' has no ${name}`, nextStep: close === undefined ? known : `Did you mean ${close}?` }
  }
  if (/import statement outside a module|Unexpected token 'export'/.test(error.message)) {
    const nextStep = `Write "type": "module" into the package.json beside ${basename(file)}.`
    return { problem: 'Node reads this file as CommonJS', nextStep }
  }
  return { problem: `cannot be parsed: ${error.message}`, nextStep: 'Mend the syntax at the mark, or just before it.' }
}

/** What the file itself threw: blamed is the first line that is neither Node's nor ours. */
function thrownFault(error: unknown, file: string, exported: readonly string[]): Fault {
  const own = dirname(import.meta.dirname)
  const frames = (error instanceof Error ? (error.stack ?? '') : '').matchAll(
    /((?:file:\/\/)?\/[^\s():]+):(\d+):(\d+)\)?$/gm,
  )
  const places = [...frames].map(([, path = '', line, column]): Blame => ({
    file: pathOf(path),
    line: Number(line),
    column: Number(column),
  }))
  const blamed = places.find((place) => place.file === file) ?? places.find((place) => !place.file.startsWith(own))
  const place = blamed ?? { file }
  // An error of ours is about what was written, such as the name of a metric.
  if (isOurs(error)) return { ...place, problem: error.message, nextStep: error.nextStep }
  const [, missing = ''] = /^(\w+) is not defined$/.exec(error instanceof Error ? error.message : '') ?? []
  if (exported.includes(missing)) {
    const nextStep = `Add it to the import: import { ${missing}, … } from '${ownName}'.`
    return { ...place, problem: `${missing} is used and not imported`, nextStep }
  }
  const nextStep = 'A configuration only says what to measure: move work that can fail into the function of a metric.'
  return { ...place, problem: `stopped while it was loaded: ${describeError(error)}`, nextStep }
}

/** By shape: one of our errors may come from a second copy of the library, where `instanceof` does not know it. */
function isOurs(error: unknown): error is Error & { readonly nextStep: string } {
  return error instanceof Error && 'nextStep' in error && typeof error.nextStep === 'string'
}

function pathOf(place: string): string {
  return place.startsWith('file:') ? fileURLToPath(place) : place
}
