import { Client, type ClientConfig, DatabaseError, Pool, type PoolClient } from 'pg'
import { AnswerWatch } from '../answer-watch.ts'
import type { PostgresAddress } from './postgres-address.ts'
import { PostgresConnection } from './postgres-connection.ts'
import { toStoreError } from './postgres-error.ts'
import { postgresTypes } from './postgres-values.ts'

/** With `patienceMs` of the watch and `probeMs` a server that is gone is told within five seconds. */
const connectMs = 4000
const probeMs = 2500
/** How long connections may take to say good-bye. */
const farewellMs = 1000
const mostConnections = 10
/** Longer than agents are silent: with every new connection all ids are asked for anew. */
const idleMs = 600_000

/** The connections to one database. None that broke, or is not back at its rest, is given out again. */
export class ConnectionPool {
  readonly #address: PostgresAddress
  readonly #pool: Pool
  readonly #watch: AnswerWatch
  readonly #open = new Set<PoolClient>()
  #connectionsLost = 0
  #ending: Promise<void> | undefined

  /** Connects at the first use. */
  constructor(address: PostgresAddress) {
    this.#address = address
    this.#watch = new AnswerWatch(async () => isThere(address.config))
    this.#pool = new Pool({
      ...address.config,
      types: postgresTypes,
      max: mostConnections,
      idleTimeoutMillis: idleMs,
      Client: PatientClient,
    })
    // The pool drops an idle connection that breaks; whoever needs the server next is told.
    this.#pool.on('error', () => undefined)
    this.#pool.on('connect', (client) => {
      this.#open.add(client)
      // Whoever uses the connection has the error from its own statement.
      client.on('error', () => undefined)
      client.on('end', () => {
        this.#open.delete(client)
        this.#connectionsLost++
      })
    })
  }

  /** See `MetricStore`. */
  get connectionsLost(): number {
    return this.#connectionsLost
  }

  /** A connection; waits for one where all are in use. Throws the store's errors. */
  async connect(): Promise<PostgresConnection> {
    const { label } = this.#address
    try {
      return new PostgresConnection(await this.#pool.connect(), { label, watch: this.#watch })
    } catch (error) {
      throw toStoreError(error, label)
    }
  }

  /** Closes all connections; by force those that are not given back or not closed by the server within a second. */
  async end(): Promise<void> {
    this.#ending ??= this.#end()
    return this.#ending
  }

  async #end(): Promise<void> {
    const ended = this.#pool.end()
    const closed = [...this.#open].map(async (client) => new Promise((resolve) => client.once('end', resolve)))
    const { promise: tooLong, resolve: giveUp } = Promise.withResolvers<void>()
    const timer = setTimeout(giveUp, farewellMs)
    await Promise.race([Promise.all([ended, ...closed]), tooLong])
    clearTimeout(timer)
    for (const { connection } of this.#open) connection.stream.destroy()
  }
}

/** The pool's own limit would count the wait for a free connection as well, which says nothing of the server. */
class PatientClient extends Client {
  constructor(config?: ClientConfig) {
    super({ ...config, connectionTimeoutMillis: connectMs })
  }
}

async function isThere(config: ClientConfig): Promise<boolean> {
  const client = new Client({ ...config, connectionTimeoutMillis: probeMs })
  // What breaks after the answer changes nothing.
  client.on('error', () => undefined)
  try {
    await client.connect()
    void client.end()
    return true
  } catch (error) {
    // Whatever the server itself says, it is there.
    return error instanceof DatabaseError
  }
}
