import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SelectQueryNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { SqliteAnswer, SqliteConnection, SqliteParameter, SqliteRequest } from './sqlite-message.ts'
import { Turn } from './turn.ts'

/** The two connections of a file: all writing is one behind the other, reading goes on beside it. */
export interface SqliteConnections {
  readonly writer: SqliteConnection
  readonly reader: () => Promise<SqliteConnection>
}

/** Kysely over the two threads. A transaction is BEGIN IMMEDIATE and alone; a select outside of one sees what is committed. */
export function sqliteDialect(threads: SqliteConnections): Dialect {
  return {
    createAdapter: () => new ThreadedSqliteAdapter(),
    createDriver: () => new ThreadedSqliteDriver(threads),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

class ThreadedSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }

  override get supportsMultipleConnections(): boolean {
    return true
  }
}

class ThreadedSqliteDriver implements Driver {
  readonly #threads: SqliteConnections
  readonly #turn = new Turn()

  constructor(threads: SqliteConnections) {
    this.#threads = threads
  }

  async init(): Promise<void> {
    // The threads were opened by the store, which owns them.
  }

  async acquireConnection(): Promise<ThreadedSqliteConnection> {
    return new ThreadedSqliteConnection(this.#threads, this.#turn)
  }

  async beginTransaction(connection: ThreadedSqliteConnection): Promise<void> {
    await connection.begin()
  }

  async commitTransaction(connection: ThreadedSqliteConnection): Promise<void> {
    await connection.commit()
  }

  async rollbackTransaction(connection: ThreadedSqliteConnection): Promise<void> {
    await connection.rollback()
  }

  async releaseConnection(): Promise<void> {
    // A connection is only a view of the two threads.
  }

  async destroy(): Promise<void> {
    // As with `init`.
  }
}

class ThreadedSqliteConnection implements DatabaseConnection {
  readonly #threads: SqliteConnections
  readonly #turn: Turn
  #leave: (() => void) | undefined

  constructor(threads: SqliteConnections, turn: Turn) {
    this.#threads = threads
    this.#turn = turn
  }

  async begin(): Promise<void> {
    const leave = await this.#turn.take()
    try {
      await this.#threads.writer.ask({ kind: 'query', sql: 'BEGIN IMMEDIATE', parameters: [] })
    } catch (error) {
      leave()
      throw error
    }
    this.#leave = leave
  }

  async commit(): Promise<void> {
    // When this fails Kysely rolls back, and the turn ends there.
    await this.#threads.writer.ask({ kind: 'query', sql: 'COMMIT', parameters: [] })
    this.#end()
  }

  async rollback(): Promise<void> {
    try {
      await this.#threads.writer.ask({ kind: 'rollback' })
    } finally {
      this.#end()
    }
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    // Kysely's parameters are unknown; what is no SqliteParameter fails in the thread with SQLite's own words.
    const parameters = query.parameters as readonly SqliteParameter[]
    const request: SqliteRequest = { kind: 'query', sql: query.sql, parameters }
    const { rows, changes, insertId } = await this.#ask(request, SelectQueryNode.is(query.query))
    return {
      // Kysely's contract: the caller names the row type that its query gives.
      rows: rows as unknown as Row[],
      ...(changes === undefined ? {} : { numAffectedRows: BigInt(changes) }),
      ...(insertId === undefined ? {} : { insertId: BigInt(insertId) }),
    }
  }

  async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    yield await this.executeQuery<Row>(query)
  }

  async #ask(request: SqliteRequest, isSelect: boolean): Promise<SqliteAnswer> {
    if (this.#leave !== undefined) return this.#threads.writer.ask(request)
    if (isSelect) return (await this.#threads.reader()).ask(request)
    const leave = await this.#turn.take()
    try {
      return await this.#threads.writer.ask(request)
    } finally {
      leave()
    }
  }

  #end(): void {
    this.#leave?.()
    this.#leave = undefined
  }
}
