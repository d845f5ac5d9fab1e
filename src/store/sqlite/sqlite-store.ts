import { open } from 'node:fs/promises'
import { Kysely } from 'kysely'
import { StoreConfigurationError } from '../../runtime/errors.ts'
import type { Tables } from '../schema.ts'
import type { MetricStore, StoreTraits, StoreTransaction } from '../store.ts'
import { foundation } from './migrations/0001-foundation.ts'
import { counterStarts } from './migrations/0002-counter-starts.ts'
import { tiers } from './migrations/0003-tiers.ts'
import { sqliteCodec } from './sqlite-codec.ts'
import { sqliteDialect, type SqliteConnections } from './sqlite-dialect.ts'
import { reclaimSpace } from './sqlite-space.ts'
import { sqliteSizes } from './sqlite-sizes.ts'
import { SqliteThread } from './sqlite-thread.ts'
import { sqliteWrites } from './sqlite-write.ts'

/** Where the file is and how safe a commit must be. */
export interface SqliteStoreOptions {
  readonly file: string
  /** True where nothing else keeps the records after the commit (`up`); false where Kafka does. */
  readonly durable: boolean
  /** True where questions are asked and nothing else: one connection, which cannot write, to a file that must be there. */
  readonly isReader?: boolean
}

const traits: StoreTraits = {
  supportsOnConflict: true,
  supportsRowLocks: false,
  supportsTransactionalDdl: true,
  hasPartitions: false,
  partitioned: [],
}

/**
 * Opens a database file, and makes it (mode 0600) where there is none; its folder must exist.
 * Throws StoreConfigurationError when the file cannot be written or is not a database.
 */
export async function openSqliteStore({ file, durable, isReader = false }: SqliteStoreOptions): Promise<MetricStore> {
  if (isReader) return openReader(file)
  await makeSureOf(file)
  const synchronous = durable ? 'full' : 'normal'
  const writer = await SqliteThread.open({ file, access: 'write', synchronous })
  let reader: Promise<SqliteThread> | undefined
  const threads = {
    writer,
    reader: async () =>
      (reader ??= SqliteThread.open({ file, access: 'read', synchronous }).catch((error: unknown) => {
        reader = undefined
        throw error
      })),
  }
  return sqliteStore(`sqlite ${file}`, threads, async () => {
    // A reader that never opened has nothing to close; whoever asked for it has its error.
    const opened = await reader?.catch(() => undefined)
    await opened?.[Symbol.asyncDispose]()
    // Last, so that no reader keeps the write-ahead log from being brought home.
    await writer[Symbol.asyncDispose]()
  })
}

async function openReader(file: string): Promise<MetricStore> {
  const thread = await SqliteThread.open({ file, access: 'read', synchronous: 'normal' })
  const connections = { writer: thread, reader: async () => thread }
  return sqliteStore(`sqlite ${file}`, connections, async () => thread[Symbol.asyncDispose]())
}

/** The store over two connections to one database; `close` closes them. */
export function sqliteStore(label: string, connections: SqliteConnections, close: () => Promise<void>): MetricStore {
  const database = new Kysely<Tables>({ dialect: sqliteDialect(connections) })
  const writes = sqliteWrites(connections.writer)
  return {
    label,
    traits,
    codec: sqliteCodec,
    database,
    // It is a file.
    connectionsLost: 0,
    migrations: [foundation, counterStarts, tiers],
    underMigrationLock: async (work) => database.transaction().execute(work),
    partitionStatements: async () => [],
    oldPartitions: async () => [],
    dropPartition: async () => undefined,
    reclaimSpace: async () => reclaimSpace(database),
    tableSizes: async () => sqliteSizes(database),
    transaction: async <T>(work: (transaction: StoreTransaction) => Promise<T>) =>
      database.transaction().execute(async (sql) => work({ sql, ...writes })),
    [Symbol.asyncDispose]: async () => {
      await database.destroy()
      await close()
    },
  }
}

async function makeSureOf(file: string): Promise<void> {
  try {
    const handle = await open(file, 'a', 0o600)
    await handle.close()
  } catch (error) {
    throw new StoreConfigurationError(`SQLite ${file}: the file cannot be opened for writing`, {
      cause: error,
      nextStep: 'check that its folder exists and that the user that runs hostvitals may write there',
    })
  }
}
