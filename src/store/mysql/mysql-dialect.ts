import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  type QueryResult,
} from 'kysely'
import type { PoolConnection } from 'mysql2/promise'
import { type HostvitalsError, StoreConfigurationError } from '../../runtime/errors.ts'
import { type Limits, spareLongValues } from './long-values.ts'
import { toMysqlFault } from './mysql-error.ts'
import type { MysqlPool } from './mysql-pool.ts'

/** What Kysely's own dialect for MySQL does, but that errors are ours and a broken connection is never used again. */
export function mysqlDialect(pool: MysqlPool): Dialect {
  return {
    createAdapter: () => new UnlockedMysqlAdapter(),
    createDriver: () => new PooledMysqlDriver(pool),
    createIntrospector: (database) => new MysqlIntrospector(database),
    createQueryCompiler: () => new MysqlQueryCompiler(),
  }
}

/** Kysely's lock is one for all databases and programs of a server; the store's own is held already. */
class UnlockedMysqlAdapter extends MysqlAdapter {
  override async acquireMigrationLock(): Promise<void> {
    // See `MetricStore.underMigrationLock`.
  }

  override async releaseMigrationLock(): Promise<void> {
    // As above.
  }
}

class PooledMysqlDriver implements Driver {
  readonly #pool: MysqlPool

  constructor(pool: MysqlPool) {
    this.#pool = pool
  }

  async init(): Promise<void> {
    // The pool was made by the store, which owns it.
  }

  async acquireConnection(): Promise<PooledMysqlConnection> {
    const connection = await this.#pool.acquire()
    return new PooledMysqlConnection(connection, this.#pool, this.#pool.server)
  }

  async beginTransaction(connection: PooledMysqlConnection): Promise<void> {
    await connection.run('BEGIN')
  }

  async commitTransaction(connection: PooledMysqlConnection): Promise<void> {
    await connection.run('COMMIT')
  }

  async rollbackTransaction(connection: PooledMysqlConnection): Promise<void> {
    await connection.rollback()
  }

  async releaseConnection(connection: PooledMysqlConnection): Promise<void> {
    connection.release()
  }

  async destroy(): Promise<void> {
    // As with `init`.
  }
}

/** A connection while it is out of the pool. */
class PooledMysqlConnection implements DatabaseConnection {
  readonly #connection: PoolConnection
  readonly #pool: MysqlPool
  readonly #limits: Limits
  #lost: HostvitalsError | undefined

  constructor(connection: PoolConnection, pool: MysqlPool, limits: Limits) {
    this.#connection = connection
    this.#pool = pool
    this.#limits = limits
  }

  /** Throws the store's errors. After one that lost the connection every statement has the same. */
  async run(statement: string): Promise<unknown> {
    if (this.#lost !== undefined) throw this.#lost
    this.#hold(statement)
    try {
      return await this.#pool.query(this.#connection, statement)
    } catch (cause) {
      const { error, isConnectionLost } = toMysqlFault(cause, this.#pool.label)
      if (isConnectionLost) this.#lost = error
      throw error
    }
  }

  /** A lost connection has nothing to roll back: the server does it when it sees it closed. */
  async rollback(): Promise<void> {
    if (this.#lost === undefined) await this.run('ROLLBACK')
  }

  release(): void {
    if (this.#lost === undefined) this.#connection.release()
    else this.#connection.destroy()
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const { before, values, after } = spareLongValues(parameters, this.#limits)
    for (const statement of before) await this.run(statement)
    const result = await this.run(values.length === 0 ? sql : this.#connection.format(sql, [...values]))
    for (const statement of after) await this.run(statement)
    if (!isHeader(result)) {
      // Kysely's contract: the caller names the row type that its query gives.
      return { rows: (Array.isArray(result) ? result : []) as Row[] }
    }
    const { affectedRows, insertId } = result
    return { rows: [], numAffectedRows: BigInt(affectedRows), insertId: BigInt(insertId) }
  }

  async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    yield await this.executeQuery<Row>(query)
  }

  /** A statement that the server would not take ends the connection, often before its reason has arrived. */
  #hold(statement: string): void {
    const { maxPacketBytes } = this.#limits
    // No text has more than three bytes for a UTF-16 unit, so most need no counting.
    if (statement.length * 3 < maxPacketBytes) return
    const bytes = Buffer.byteLength(statement)
    if (bytes < maxPacketBytes) return
    throw new StoreConfigurationError(
      `${this.#pool.label}: a statement of ${bytes} bytes is more than the server's max_allowed_packet, ${maxPacketBytes}`,
      { nextStep: `set max_allowed_packet to at least ${bytes + 1024} on the server` },
    )
  }
}

function isHeader(result: unknown): result is { readonly affectedRows: number; readonly insertId: number } {
  return typeof result === 'object' && result !== null && 'affectedRows' in result && 'insertId' in result
}
