import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { createPool, type Pool, type PoolConnection, type PoolOptions } from 'mysql2/promise'
import { StoreConfigurationError } from '../../runtime/errors.ts'
import { type MysqlAddress, addressText } from './mysql-address.ts'
import { toMysqlFault } from './mysql-error.ts'

/** What every session is, whatever the server's own settings are. */
const sessionSettings = [
  // A time is said and read in UTC; a person's session may have any zone.
  `SET NAMES utf8mb4, time_zone = '+00:00', autocommit = 1,
  sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
  innodb_lock_wait_timeout = 30, lock_wait_timeout = 30`,
  // A read after a lock must see what others committed before it.
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
] as const

/** Enough for a batch of every partition that one consumer usually holds, and few for the server. */
const mostConnections = 10

/** With what the server needs to answer, a dead one is told within five seconds. */
const connectTimeoutMs = 4000

/**
 * Connections to one database, each set up before it is handed out. The driver takes out of its pool by itself what breaks
 * while it is idle.
 */
export class MysqlPool implements AsyncDisposable {
  readonly label: string
  readonly #pool: Pool
  readonly #ready = new WeakSet<object>()

  private constructor(pool: Pool, label: string) {
    this.#pool = pool
    this.label = label
  }

  /** Opens no connection yet. Throws StoreConfigurationError for a CA that cannot be read. */
  static async create(address: MysqlAddress, label: string, tlsCa?: string): Promise<MysqlPool> {
    const ssl = tlsCa === undefined ? {} : { ssl: await tlsOptions(address, tlsCa) }
    const options: PoolOptions = {
      ...address,
      ...ssl,
      connectTimeout: connectTimeoutMs,
      connectionLimit: mostConnections,
      charset: 'utf8mb4',
      dateStrings: true,
      supportBigNumbers: true,
      jsonStrings: true,
      // The driver's own reading of a short double is wrong in the last bit for one in a hundred.
      typeCast: (field, next) => {
        if (field.type !== 'DOUBLE') return next()
        const text = field.string()
        return text === null ? null : Number(text)
      },
    }
    return new MysqlPool(createPool(options), label)
  }

  /** A connection that is set up; to be given back by `release`. Throws the store's errors. */
  async acquire(): Promise<PoolConnection> {
    let connection: PoolConnection | undefined
    try {
      connection = await this.#pool.getConnection()
      if (!this.#ready.has(connection.connection)) await this.#setUp(connection)
      return connection
    } catch (error) {
      connection?.destroy()
      throw toMysqlFault(error, this.label).error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#pool.end()
    } catch (error) {
      // A connection that broke before it said goodbye is as closed as it can be.
      if (!toMysqlFault(error, this.label).isConnectionLost) throw error
    }
  }

  async #setUp(connection: PoolConnection): Promise<void> {
    for (const statement of sessionSettings) await connection.query(statement)
    this.#ready.add(connection.connection)
  }
}

async function tlsOptions(address: MysqlAddress, tlsCa: string): Promise<NonNullable<PoolOptions['ssl']>> {
  if (isIP(address.host) !== 0) {
    // The driver would hold the certificate against the name `localhost` instead.
    throw new StoreConfigurationError(`mysql ${addressText(address)}: tlsCa needs a name of the server, not a number`, {
      nextStep: "write the server's name, as its certificate says it, into the address",
    })
  }
  try {
    return { ca: await readFile(tlsCa, 'utf8'), minVersion: 'TLSv1.2', rejectUnauthorized: true, verifyIdentity: true }
  } catch (error) {
    throw new StoreConfigurationError(`mysql ${addressText(address)}: the CA ${tlsCa} cannot be read`, {
      cause: error,
      nextStep: 'correct tlsCa, or give this user the right to read the file',
    })
  }
}
