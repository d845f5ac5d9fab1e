import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely'
import type { ConnectionPool } from './connection-pool.ts'
import type { PostgresConnection } from './postgres-connection.ts'

/**
 * For this transaction alone, since PgBouncer shares sessions: nothing is written, and a question that takes longer than
 * fifteen seconds is given up. The last one makes the texts of doubles exact.
 */
const begin = [
  'begin isolation level read committed read only',
  "set local statement_timeout = '15s'",
  'set local extra_float_digits = 1',
].join('; ')

/** Each statement in a transaction of its own that cannot write and cannot last. */
export class ReadingDriver implements Driver {
  readonly #pool: ConnectionPool

  constructor(pool: ConnectionPool) {
    this.#pool = pool
  }

  async init(): Promise<void> {
    // The pool was made by the store.
  }

  async acquireConnection(): Promise<ReadingConnection> {
    return new ReadingConnection(await this.#pool.connect())
  }

  async beginTransaction(): Promise<void> {
    // Each statement has its own already: who only reads needs no more.
  }

  async commitTransaction(): Promise<void> {
    // As above.
  }

  async rollbackTransaction(): Promise<void> {
    // As above.
  }

  async releaseConnection(connection: ReadingConnection): Promise<void> {
    connection.release()
  }

  async destroy(): Promise<void> {
    await this.#pool.end()
  }
}

class ReadingConnection implements DatabaseConnection {
  readonly #connection: PostgresConnection

  constructor(connection: PostgresConnection) {
    this.#connection = connection
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    await this.#connection.begin(begin)
    try {
      const result = await this.#connection.executeQuery<Row>(query)
      await this.#connection.commit()
      return result
    } catch (error) {
      await this.#connection.rollback()
      throw error
    }
  }

  async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    yield await this.executeQuery<Row>(query)
  }

  release(): void {
    this.#connection.release()
  }
}
