import { readFileSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describeError } from '../runtime/errors.ts'
import { defineName, isDefinition, type ConfigurationKind, type Definition } from './define.ts'
import type { Fault } from './fault.ts'
import { importFault } from './import-fault.ts'
import { ownIndex } from './own-name.ts'
import { packageTypeOf } from './package-type.ts'
import { positionAt, type Position } from './source-text.ts'

/** Imports a module by its URL. */
export type ImportModule = (url: string) => Promise<unknown>

/** What a configuration file defines, with its text; or what keeps it from being loaded. */
export type ImportedFile =
  | { readonly definition: Definition; readonly text: string; readonly warnings: readonly Fault[] }
  | { readonly faults: readonly Fault[] }

/** Imports one configuration file. Never throws for what a person wrote. */
export async function importFile(
  file: string,
  kind: ConfigurationKind,
  importModule: ImportModule,
): Promise<ImportedFile> {
  const hindrance = unreadable(file) ?? unloadable(file)
  if (hindrance !== undefined) return { faults: [hindrance] }
  const text = readFileSync(file, 'utf8')
  try {
    const loaded = await importModule(pathToFileURL(file).href)
    const exported = typeof loaded === 'object' && loaded !== null && 'default' in loaded ? loaded.default : undefined
    const wrong = wrongExport({ file, ...exportPosition(text) }, kind, exported)
    if (wrong !== undefined) return { faults: [wrong] }
    if (isDefinition(exported)) return { definition: exported, text, warnings: typelessWarnings(file) }
    return { faults: [] }
  } catch (error) {
    return { faults: [importFault(error, file, await ownExports(importModule))] }
  }
}

function unreadable(file: string): Fault | undefined {
  try {
    if (statSync(file).isDirectory()) {
      return { file, problem: `${basename(file)} is a folder`, nextStep: 'Put the configuration file in its place.' }
    }
    readFileSync(file)
    return undefined
  } catch (error) {
    const nextStep = `Make it readable for this user: chmod u+r ${file}, or run as its owner.`
    return { file, problem: `${basename(file)} cannot be read: ${describeError(error)}`, nextStep }
  }
}

function unloadable(file: string): Fault | undefined {
  if (file.endsWith('.ts') && process.features.typescript === false) {
    const problem = `this Node (${process.version}) runs without type stripping and cannot load ${basename(file)}`
    return { file, problem, nextStep: 'Use Node 24.12 or newer, without --no-strip-types; or write it as .mjs.' }
  }
  const type = packageTypeOf(dirname(file))
  if (type.says === 'damaged') {
    return { file: type.file, problem: `${type.file} cannot be read: ${type.reason}`, nextStep: 'Mend its JSON.' }
  }
  if (type.says !== 'commonjs' || file.endsWith('.mjs')) return undefined
  return {
    file: type.file,
    problem: `${type.file} says "type": "commonjs", but ${basename(file)} is an ES module`,
    nextStep: `Write "type": "module" into ${type.file}, or put the configuration into a folder of its own: hostvitals init DIR`,
  }
}

function typelessWarnings(file: string): readonly Fault[] {
  const type = packageTypeOf(dirname(file))
  if (type.says !== 'nothing' || file.endsWith('.mjs')) return []
  const problem = `${type.file} does not say which sort of module ${basename(file)} is`
  return [{ file: type.file, problem, nextStep: `Write "type": "module" into ${type.file}.` }]
}

function wrongExport(
  place: Pick<Fault, 'file' | 'line' | 'column'>,
  kind: ConfigurationKind,
  exported: unknown,
): Fault | undefined {
  const base = basename(place.file)
  const name = defineName(kind)
  const nextStep = `Write: export default ${name}({ … })`
  if (exported === undefined) return { file: place.file, problem: `${base} has no default export`, nextStep }
  if (!isDefinition(exported)) {
    return { ...place, problem: `the default export of ${base} was not made by ${name}`, nextStep }
  }
  if (exported.kind === kind) return undefined
  return { ...place, problem: `${base} exports ${defineName(exported.kind)}(…), not ${name}(…)`, nextStep }
}

function exportPosition(text: string): Partial<Position> {
  const match = /^export default\b/m.exec(text)
  return match === null ? {} : positionAt(text, match.index)
}

/** Our public names, for a suggestion; none when they cannot be had. */
async function ownExports(importModule: ImportModule): Promise<readonly string[]> {
  const own = await importModule(ownIndex)
  return typeof own === 'object' && own !== null ? Object.keys(own) : []
}
