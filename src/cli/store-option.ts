import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { StoreConfig } from '../config/consumer-config.ts'
import { findFiles } from '../config/find-files.ts'
import { loadConfiguration } from '../config/load.ts'
import { StoreConfigurationError } from '../runtime/errors.ts'
import { parseStoreLocation, type StoreLocation } from '../store/store-location.ts'
import type { CommandIo } from './io.ts'

/** Where a command finds the database. */
export interface StoreOptions {
  readonly store?: string
  readonly config?: string
}

/** `--store`, else the store of consumer.config.ts. Throws UsageError or ConfigurationError saying what to write. */
export async function findStoreLocation({ store, config }: StoreOptions, io: CommandIo): Promise<StoreLocation> {
  if (store !== undefined) return storeFromUrl(store, io.cwd)
  const { consumer } = await loadConfiguration({ folder: config, needs: ['consumer'], env: io.env, cwd: io.cwd })
  return storeFromConfig(consumer.store)
}

/**
 * The database that is there already, for commands that only read or mend it: as `findStoreLocation`, but without `--store`
 * and without any configuration the one that `up` keeps in this folder, which is then said. Throws StoreConfigurationError.
 */
export async function findExistingStore(options: StoreOptions, io: CommandIo): Promise<StoreLocation> {
  return takeOwnStore(options, io) ?? existing(await findStoreLocation(options, io))
}

/** The database of `up` in this folder, and says so; undefined with `--store`, with any configuration, or without that database. */
export function takeOwnStore(options: StoreOptions, io: CommandIo): StoreLocation | undefined {
  const own = resolve(io.cwd, '.hostvitals', 'metrics.db')
  if (options.store !== undefined || options.config !== undefined || !existsSync(own)) return undefined
  if (findFiles({ cwd: io.cwd, systemFolder: '/etc/hostvitals' }).source !== 'none') return undefined
  io.stderr.write('  no configuration here: the database of `hostvitals up` is taken, .hostvitals/metrics.db\n')
  return { kind: 'sqlite', file: own }
}

/** The location itself where there is a database; a reader makes no file. Throws StoreConfigurationError. */
function existing(location: StoreLocation): StoreLocation {
  if (location.kind !== 'sqlite' || existsSync(location.file)) return location
  throw new StoreConfigurationError(`there is no database at ${location.file}`, {
    nextStep: 'check the path; `hostvitals up` and `hostvitals consume` make one',
  })
}

/** What `--store` names; a SQLite file is relative to the folder. */
export function storeFromUrl(url: string, folder: string): StoreLocation {
  const location = parseStoreLocation(url)
  return location.kind === 'sqlite' ? { ...location, file: resolve(folder, location.file) } : location
}

/** The store of a configuration, its secret revealed: from here on it must not be printed. */
export function storeFromConfig(store: StoreConfig): StoreLocation {
  if (store.kind === 'sqlite') return store
  const { kind, url, tlsCa } = store
  const revealed = typeof url === 'string' ? url : url.reveal()
  return { kind, url: revealed.replace(/^mariadb:/, 'mysql:'), ...(tlsCa === undefined ? {} : { tlsCa }) }
}
