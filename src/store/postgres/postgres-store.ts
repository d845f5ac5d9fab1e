import { readFile } from 'node:fs/promises'
import { Kysely, sql } from 'kysely'
import { StoreConfigurationError } from '../../runtime/errors.ts'
import type { Tables } from '../schema.ts'
import type { MetricStore, StoreTraits, StoreTransaction } from '../store.ts'
import { ConnectionPool } from './connection-pool.ts'
import { foundation } from './migrations/0001-foundation.ts'
import { counterStarts } from './migrations/0002-counter-starts.ts'
import { tiers } from './migrations/0003-tiers.ts'
import { tiersInLine } from './migrations/0004-tiers-in-line.ts'
import { readPostgresAddress } from './postgres-address.ts'
import { postgresCodec } from './postgres-codec.ts'
import { askPostgresServer } from './postgres-answer.ts'
import { postgresDialect } from './postgres-dialect.ts'
import { dropPartition, oldPartitions } from './postgres-old-partitions.ts'
import { partitionStatements } from './postgres-partitions.ts'
import { postgresSizes } from './postgres-sizes.ts'
import { postgresWrites } from './postgres-write.ts'

/** Where the database is and how safe a commit must be. */
export interface PostgresStoreOptions {
  /** Holds the password and is not printed. */
  readonly url: string
  /** File with the certificate of the server's CA, PEM; the connection is then encrypted and verified. */
  readonly tlsCa?: string
  /** True where nothing else keeps the records after the commit (`up`); false where Kafka does. */
  readonly durable: boolean
  /** True where questions are asked and nothing else: the server then refuses to write, and gives up what takes 15 s. */
  readonly isReader?: boolean
}

const schemaName = 'hostvitals'

/** Of this number every version takes the advisory lock of migrations; it must never change. */
const migrationLock = 7_526_466_481_311_476

const traits: StoreTraits = {
  supportsOnConflict: true,
  supportsRowLocks: true,
  supportsTransactionalDdl: true,
  hasPartitions: true,
  partitioned: ['scrape', 'histogram', 'rollup'],
}

/**
 * Opens a database of PostgreSQL 15 or newer; tables live in its schema `hostvitals`. The server may be away: it is
 * connected to at the first use. Statements name the schema and transactions set what they need, so that PgBouncer may
 * share sessions. Throws StoreConfigurationError when the address or the CA's file cannot be read.
 */
export async function openPostgresStore({
  url,
  tlsCa,
  durable,
  isReader = false,
}: PostgresStoreOptions): Promise<MetricStore> {
  const address = readPostgresAddress(url, tlsCa === undefined ? undefined : await readCa(tlsCa))
  const pool = new ConnectionPool(address)
  const database = new Kysely<Tables>({ dialect: postgresDialect(pool, { durable, isReader }) }).withSchema(schemaName)
  return {
    label: address.label,
    traits,
    codec: postgresCodec,
    database,
    schemaName,
    get connectionsLost() {
      return pool.connectionsLost
    },
    migrations: [foundation, counterStarts, tiers, tiersInLine],
    underMigrationLock: async (work) =>
      database.transaction().execute(async (transaction) => {
        // Held until the transaction ends, whichever session of the server that is.
        await sql`select pg_advisory_xact_lock(${sql.lit(migrationLock)})`.execute(transaction)
        return work(transaction)
      }),
    partitionStatements: async (fromMs, toMs, own = database) => partitionStatements(own, schemaName, fromMs, toMs),
    oldPartitions: async (tier, beforeMs) => oldPartitions(database, schemaName, tier, beforeMs),
    dropPartition: async (partition) => dropPartition(database, schemaName, partition),
    askServer: async () => askPostgresServer(database),
    tableSizes: async () => postgresSizes(database, schemaName),
    transaction: async <T>(work: (transaction: StoreTransaction) => Promise<T>) =>
      database.transaction().execute(async (own) => work({ sql: own, ...postgresWrites(own, schemaName) })),
    [Symbol.asyncDispose]: async () => {
      await database.destroy()
      // Kysely closes only what was used.
      await pool.end()
    },
  }
}

async function readCa(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new StoreConfigurationError(`the CA of the database, ${file}, cannot be read`, {
      cause: error,
      nextStep: 'check the path in tlsCa and the rights of the user that runs hostvitals',
    })
  }
}
