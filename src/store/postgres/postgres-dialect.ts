import { type Dialect, type Driver, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import type { ConnectionPool } from './connection-pool.ts'
import type { PostgresConnection } from './postgres-connection.ts'
import { ReadingDriver } from './reading-driver.ts'

/** Kysely over the pool. A transaction is READ COMMITTED; `durable` says whether its COMMIT waits for the disk, `isReader` that nothing is written. */
export function postgresDialect(
  pool: ConnectionPool,
  { durable, isReader = false }: { readonly durable: boolean; readonly isReader?: boolean },
): Dialect {
  return {
    createAdapter: () => new UnlockedAdapter(),
    createDriver: () => (isReader ? new ReadingDriver(pool) : new PooledDriver(pool, durable)),
    createIntrospector: (database) => new PostgresIntrospector(database),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  }
}

/** Leaves the lock of migrations to the store: Kysely's is one of the session, which PgBouncer may give to another client. */
class UnlockedAdapter extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {
    // See above.
  }

  override async releaseMigrationLock(): Promise<void> {
    // See above.
  }
}

class PooledDriver implements Driver {
  readonly #pool: ConnectionPool
  readonly #begin: string

  constructor(pool: ConnectionPool, durable: boolean) {
    this.#pool = pool
    // Whatever the role's own settings are, and for this transaction alone, since PgBouncer shares sessions. The last one
    // makes the texts of doubles exact.
    this.#begin = [
      'begin isolation level read committed',
      `set local synchronous_commit = ${durable ? 'on' : 'off'}`,
      'set local extra_float_digits = 1',
    ].join('; ')
  }

  async init(): Promise<void> {
    // The pool was made by the store.
  }

  async acquireConnection(): Promise<PostgresConnection> {
    return this.#pool.connect()
  }

  async beginTransaction(connection: PostgresConnection): Promise<void> {
    await connection.begin(this.#begin)
  }

  async commitTransaction(connection: PostgresConnection): Promise<void> {
    await connection.commit()
  }

  async rollbackTransaction(connection: PostgresConnection): Promise<void> {
    await connection.rollback()
  }

  async releaseConnection(connection: PostgresConnection): Promise<void> {
    connection.release()
  }

  async destroy(): Promise<void> {
    await this.#pool.end()
  }
}
