import { readFile } from 'node:fs/promises'
import { connect, isIP, type Socket } from 'node:net'
import { createConnection, createPool, type Pool, type PoolConnection, type PoolOptions } from 'mysql2/promise'
import { StoreConfigurationError, StoreUnavailableError } from '../../runtime/errors.ts'
import { AnswerWatch } from '../answer-watch.ts'
import { type MysqlAddress, addressText } from './mysql-address.ts'
import { isFromServer, toMysqlFault } from './mysql-error.ts'
import { askMysqlServer, type MysqlServer, readMysqlServer } from './mysql-server.ts'

/** What every session is, whatever the server's own settings are. */
const sessionSettings = [
  // A time is said and read in UTC; a person's session may have any zone.
  `SET NAMES utf8mb4, time_zone = '+00:00', autocommit = 1,
  sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
  innodb_lock_wait_timeout = 30, lock_wait_timeout = 30`,
  // A read after a lock must see what others committed before it.
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
] as const

/** Of a session that only asks questions; how a statement's time is limited is each server's own. */
const readerSettings = {
  mysql: ['SET SESSION TRANSACTION READ ONLY', 'SET SESSION max_execution_time = 15000'],
  mariadb: ['SET SESSION TRANSACTION READ ONLY', 'SET SESSION max_statement_time = 15'],
} as const

/** As the driver does it where it opens the socket by itself. */
const keepingAlive = { keepAlive: true, keepAliveInitialDelay: 1, noDelay: true } as const

/** Enough for a batch of every partition that one consumer usually holds, and few for the server. */
const mostConnections = 10

/** With what the server needs to answer, and with the patience of the watch, a dead one is told within five seconds. */
const connectTimeoutMs = 4000
const probeTimeoutMs = 2500
/** How long connections may take to say good-bye. */
const farewellMs = 1000

/**
 * Connections to one database, each set up before it is handed out. The driver takes out of its pool by itself what breaks
 * while it is idle.
 */
export class MysqlPool implements AsyncDisposable {
  readonly #address: string
  readonly #pool: Pool
  readonly #watch: AnswerWatch
  readonly #ready = new WeakSet<object>()
  /** Of the connections that are open, by the options that the driver keeps for each: it waits for ever for a dead one. */
  readonly #sockets = new Map<object, Socket>()
  readonly #isReader: boolean
  #connectionsLost = 0
  #server: MysqlServer | undefined

  private constructor(address: MysqlAddress, options: PoolOptions, isReader: boolean) {
    this.#isReader = isReader
    const { host, port } = address
    this.#address = addressText(address)
    this.#watch = new AnswerWatch(async () => isThere(options, this.label))
    this.#pool = createPool({
      ...options,
      stream: ({ config }: { readonly config: object }) => this.#open(config, connect({ ...keepingAlive, host, port })),
    })
  }

  /** Opens no connection yet. Throws StoreConfigurationError for a CA that cannot be read. */
  static async create(
    address: MysqlAddress,
    { tlsCa, isReader = false }: { readonly tlsCa?: string; readonly isReader?: boolean } = {},
  ): Promise<MysqlPool> {
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
    return new MysqlPool(address, options, isReader)
  }

  /** For a person: `mysql` until the server has said which of the two it is. */
  get label(): string {
    return `${this.#server?.kind ?? 'mysql'} ${this.#address}`
  }

  /** What the server said at the newest connection. Throws StoreUnavailableError before the first one. */
  get server(): MysqlServer {
    if (this.#server === undefined)
      throw new StoreUnavailableError(`${this.label}: the server has not been reached yet`)
    return this.#server
  }

  /** See `MetricStore`. */
  get connectionsLost(): number {
    return this.#connectionsLost
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

  /** What the server answers. Throws the driver's errors, and one like them when there is no server any more. */
  async query(connection: PoolConnection, statement: string): Promise<unknown> {
    let isGone = false
    const endWatch = this.#watch.begin(() => {
      isGone = true
      // Ends the statement under way with an error.
      this.#sockets.get(connection.connection.config)?.destroy()
    })
    try {
      const [result] = await connection.query(statement)
      return result
    } catch (cause) {
      if (!isGone) throw cause
      const reason = new Error('there is no answer, and the server cannot be reached', { cause })
      throw Object.assign(reason, { code: 'ETIMEDOUT' })
    } finally {
      endWatch()
    }
  }

  /** Closes all connections; by force those that are not given back or not closed by the server within a second. */
  async [Symbol.asyncDispose](): Promise<void> {
    const ended = this.#end()
    const sockets = [...this.#sockets.values()]
    const closed = sockets.map(async (socket) => new Promise((resolve) => socket.once('close', resolve)))
    const { promise: tooLong, resolve: giveUp } = Promise.withResolvers<void>()
    const timer = setTimeout(giveUp, farewellMs)
    await Promise.race([Promise.all([ended, ...closed]), tooLong]).finally(() => clearTimeout(timer))
    for (const socket of sockets) socket.destroy()
  }

  async #end(): Promise<void> {
    try {
      await this.#pool.end()
    } catch (error) {
      // A connection that broke before it said goodbye is as closed as it can be.
      if (!toMysqlFault(error, this.label).isConnectionLost) throw error
    }
  }

  #open(config: object, socket: Socket): Socket {
    this.#sockets.set(config, socket)
    socket.once('close', () => {
      this.#sockets.delete(config)
      this.#connectionsLost++
    })
    return socket
  }

  async #setUp(connection: PoolConnection): Promise<void> {
    for (const statement of sessionSettings) await this.query(connection, statement)
    this.#server = readMysqlServer(await this.query(connection, askMysqlServer), this.label)
    for (const statement of this.#isReader ? readerSettings[this.#server.kind] : [])
      await this.query(connection, statement)
    this.#ready.add(connection.connection)
  }
}

/** Asks over a connection of its own; never throws. */
async function isThere(options: PoolOptions, label: string): Promise<boolean> {
  try {
    const connection = await createConnection({ ...options, connectTimeout: probeTimeoutMs })
    // What breaks after the answer changes nothing.
    connection.on('error', () => undefined)
    connection.destroy()
    return true
  } catch (error) {
    // Whatever the server itself says, it is there.
    return isFromServer(error) || !toMysqlFault(error, label).isConnectionLost
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
