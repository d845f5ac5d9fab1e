import { createHash } from 'node:crypto'
import { Kysely, sql } from 'kysely'
import { StoreUnavailableError } from '../../runtime/errors.ts'
import type { Tables } from '../schema.ts'
import type { MetricStore, StoreTraits, StoreTransaction } from '../store.ts'
import { foundation } from './migrations/0001-foundation.ts'
import { counterStarts } from './migrations/0002-counter-starts.ts'
import { tiers } from './migrations/0003-tiers.ts'
import { parseMysqlAddress } from './mysql-address.ts'
import { askServerOfMysql } from './mysql-answer.ts'
import { mysqlCodec } from './mysql-codec.ts'
import { mysqlDialect } from './mysql-dialect.ts'
import { dropDay, oldDays } from './mysql-old-days.ts'
import { dayStatements } from './mysql-partitions.ts'
import { MysqlPool } from './mysql-pool.ts'
import { mysqlSizes } from './mysql-sizes.ts'
import { mysqlWrites } from './mysql-write.ts'

/** Which database and how safe a commit must be. */
export interface MysqlStoreOptions {
  /** `mysql://USER:PASSWORD@HOST:PORT/DATABASE`; holds the password and must not be printed. */
  readonly url: string
  /** File with the certificate of the server's CA, PEM: the connection is then encrypted and the server's name verified. */
  readonly tlsCa?: string
  /**
   * True where nothing else keeps the records after the commit (`up`). What is synced at a commit is the whole server's and its
   * administrator's, no session can set it: so `MetricStore.undurable` tells where it is too little.
   */
  readonly durable: boolean
  /** True where questions are asked and nothing else: the server then refuses to write, and gives up what takes 15 s. */
  readonly isReader?: boolean
}

const traits: StoreTraits = {
  supportsOnConflict: false,
  supportsRowLocks: true,
  supportsTransactionalDdl: false,
  hasPartitions: true,
  partitioned: ['scrape', 'histogram'],
}

/** A migration of a great table may take hours; whoever waits longer than this tries again. */
const lockWaitSeconds = 86_400

/**
 * Opens a database of MySQL 8.4+ or MariaDB 10.11+. The server may be away: it is connected to, and asked which of the two
 * it is, at the first use. Throws StoreConfigurationError when the address or the CA's file cannot be read.
 */
export async function openMysqlStore({
  url,
  tlsCa,
  durable,
  isReader = false,
}: MysqlStoreOptions): Promise<MetricStore> {
  const address = parseMysqlAddress(url)
  const pool = await MysqlPool.create(address, { isReader, ...(tlsCa === undefined ? {} : { tlsCa }) })
  const database = new Kysely<Tables>({ dialect: mysqlDialect(pool) })
  return {
    get label() {
      return pool.label
    },
    traits,
    codec: mysqlCodec,
    database,
    get connectionsLost() {
      return pool.connectionsLost
    },
    get undurable() {
      return durable ? undurableBy(pool.server.relaxed) : undefined
    },
    get migrations() {
      const { collation } = pool.server
      return [foundation(collation), counterStarts(collation), tiers(collation)]
    },
    underMigrationLock: async (work) =>
      database.connection().execute(async (connection) => underLock(connection, lockName(address.database), work)),
    partitionStatements: async (fromMs, toMs, own = database) => dayStatements(own, fromMs, toMs),
    oldPartitions: async (tier, beforeMs) => (tier === 'raw' ? oldDays(database, beforeMs) : []),
    dropPartition: async (partition) => dropDay(database, partition),
    askServer: async () => askServerOfMysql(database),
    tableSizes: async () => mysqlSizes(database),
    transaction: async <T>(work: (transaction: StoreTransaction) => Promise<T>) =>
      database
        .transaction()
        .execute(async (transaction) =>
          work({ sql: transaction, ...mysqlWrites(transaction, pool.server.maxPacketBytes) }),
        ),
    [Symbol.asyncDispose]: async () => {
      await database.destroy()
      await pool[Symbol.asyncDispose]()
    },
  }
}

function undurableBy(relaxed: readonly string[]): MetricStore['undurable'] {
  if (relaxed.length === 0) return undefined
  return {
    reason: `its commits are not on disk when they return (${relaxed.join(', ')})`,
    nextStep: 'set innodb_flush_log_at_trx_commit = 1, and sync_binlog = 1 where there is a binary log, on the server',
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
