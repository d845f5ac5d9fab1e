import { createHash } from 'node:crypto'
import { Kysely, sql } from 'kysely'
import { StoreUnavailableError } from '../../runtime/errors.ts'
import type { Tables } from '../schema.ts'
import type { MetricStore, StoreTraits, StoreTransaction } from '../store.ts'
import { foundation } from './migrations/0001-foundation.ts'
import { addressText, parseMysqlAddress } from './mysql-address.ts'
import { mysqlCodec } from './mysql-codec.ts'
import { mysqlDialect } from './mysql-dialect.ts'
import { dayStatements } from './mysql-partitions.ts'
import { MysqlPool } from './mysql-pool.ts'
import { askMysqlServer } from './mysql-server.ts'
import { mysqlSizes } from './mysql-sizes.ts'
import { mysqlWrites } from './mysql-write.ts'

/**
 * Which database. How safe a commit is lies in `innodb_flush_log_at_trx_commit` (1: on disk when it returns, as a server is
 * by default), which is the whole server's and its administrator's: a session cannot set it, so there is no `durable` here.
 */
export interface MysqlStoreOptions {
  /** `mysql://USER:PASSWORD@HOST:PORT/DATABASE`; holds the password and must not be printed. */
  readonly url: string
  /** File with the certificate of the server's CA, PEM: the connection is then encrypted and the server's name verified. */
  readonly tlsCa?: string
}

const traits: StoreTraits = {
  supportsOnConflict: false,
  supportsRowLocks: true,
  supportsTransactionalDdl: false,
  hasPartitions: true,
}

/** A migration of a great table may take hours; whoever waits longer than this tries again. */
const lockWaitSeconds = 86_400

/** Opens a database of MySQL 8.4+ or MariaDB 10.11+. Throws StoreUnavailableError or StoreConfigurationError. */
export async function openMysqlStore({ url, tlsCa }: MysqlStoreOptions): Promise<MetricStore> {
  const address = parseMysqlAddress(url)
  const server = await askMysqlServer(address, tlsCa)
  const { collation, kind, maxPacketBytes } = server
  const label = `${kind} ${addressText(address)}`
  const pool = await MysqlPool.create(address, label, tlsCa)
  const database = new Kysely<Tables>({ dialect: mysqlDialect(pool, maxPacketBytes) })
  return {
    label,
    traits,
    codec: mysqlCodec,
    database,
    get connectionsLost() {
      return pool.connectionsLost
    },
    migrations: [foundation(collation)],
    underMigrationLock: async (work) =>
      database.connection().execute(async (connection) => underLock(connection, lockName(address.database), work)),
    partitionStatements: async (fromMs, toMs, own = database) => dayStatements(own, fromMs, toMs),
    tableSizes: async () => mysqlSizes(database),
    transaction: async <T>(work: (transaction: StoreTransaction) => Promise<T>) =>
      database
        .transaction()
        .execute(async (transaction) => work({ sql: transaction, ...mysqlWrites(transaction, maxPacketBytes) })),
    [Symbol.asyncDispose]: async () => {
      await database.destroy()
      await pool[Symbol.asyncDispose]()
    },
  }
}

/** The lock is the session's: it ends with `work`, or with the connection where the program dies. */
async function underLock<T>(
  connection: Kysely<Tables>,
  name: string,
  work: (database: Kysely<Tables>) => Promise<T>,
): Promise<T> {
  const { rows } = await sql<{
    readonly taken: unknown
  }>`SELECT GET_LOCK(${name}, ${lockWaitSeconds}) AS taken`.execute(connection)
  if (Number(rows[0]?.taken) !== 1) {
    throw new StoreUnavailableError('another program has been migrating the database for a day, or the wait was ended')
  }
  try {
    return await work(connection)
  } finally {
    await sql`SELECT RELEASE_LOCK(${name})`.execute(connection)
  }
}

/** Such locks are the whole server's and have at most 64 characters. */
function lockName(database: string): string {
  return `hostvitals ${createHash('sha256').update(database).digest('hex').slice(0, 32)}`
}
