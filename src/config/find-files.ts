import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describeError } from '../runtime/errors.ts'
import type { ConfigurationKind } from './define.ts'
import { ConfigurationFaultsError } from './fault.ts'

/** The three kinds, in the order in which they are told. */
export const configurationKinds: readonly ConfigurationKind[] = ['kafka', 'producer', 'consumer']

/** Where the configuration comes from: named by `--config`, the current folder, `/etc/hostvitals`, or there is none. */
export type ConfigurationSource = 'given' | 'current' | 'system' | 'none'

/** The folder that won, and its configuration files by kind, absolute. */
export interface FoundFiles {
  readonly folder: string
  readonly source: ConfigurationSource
  readonly files: Readonly<Partial<Record<ConfigurationKind, string>>>
}

/** Where to look. */
export interface FindOptions {
  /** `--config DIR`; then no other folder is looked at. */
  readonly folder?: string | undefined
  readonly cwd: string
  readonly systemFolder: string
}

/**
 * Finds `KIND.config.ts` (else `.js`, `.mjs`) in the named folder, else in the current one if it has any, else in the
 * system's. Files of two folders are never mixed. Throws ConfigurationFaultsError when the named folder cannot be read.
 */
export function findFiles({ folder, cwd, systemFolder }: FindOptions): FoundFiles {
  if (folder !== undefined) {
    const named = resolve(cwd, folder)
    return { folder: named, source: 'given', files: filesIn(named, namesOf(named)) }
  }
  for (const [at, source] of [
    [cwd, 'current'],
    [systemFolder, 'system'],
  ] as const) {
    const files = statSync(at, { throwIfNoEntry: false })?.isDirectory() === true ? filesIn(at, namesOf(at)) : {}
    if (Object.keys(files).length > 0) return { folder: at, source, files }
  }
  return { folder: cwd, source: 'none', files: {} }
}

function namesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (cause) {
    const problem = `the configuration's folder ${folder} cannot be read: ${describeError(cause)}`
    const nextStep = 'Name a folder that holds the configuration files; hostvitals init DIR makes one.'
    throw new ConfigurationFaultsError([{ file: folder, problem, nextStep }], { cause })
  }
}

function filesIn(folder: string, names: readonly string[]): Partial<Record<ConfigurationKind, string>> {
  const files: Partial<Record<ConfigurationKind, string>> = {}
  for (const kind of configurationKinds) {
    const name = ['ts', 'js', 'mjs'].map((ending) => `${kind}.config.${ending}`).find((each) => names.includes(each))
    if (name !== undefined) files[kind] = join(folder, name)
  }
  return files
}
