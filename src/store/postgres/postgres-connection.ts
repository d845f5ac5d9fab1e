import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import type { PoolClient } from 'pg'
import { StoreUnavailableError } from '../../runtime/errors.ts'
import type { AnswerWatch } from '../answer-watch.ts'
import { copyRows, CopyRows } from './copy-rows.ts'
import { toStoreError } from './postgres-error.ts'
import { toParameter } from './postgres-values.ts'

const changing: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE'])

/** One connection, for as long as it is given out: Kysely's statements, COPY, and errors that are ours. */
export class PostgresConnection implements DatabaseConnection {
  readonly #client: PoolClient
  readonly #label: string
  readonly #watch: AnswerWatch
  #isBroken = false

  constructor(client: PoolClient, { label, watch }: { readonly label: string; readonly watch: AnswerWatch }) {
    this.#client = client
    this.#label = label
    this.#watch = watch
  }

  /** Throws the store's errors. A parameter that is `CopyRows` is the data of a COPY. */
  async executeQuery<Row>({ sql, parameters }: Pick<CompiledQuery, 'sql' | 'parameters'>): Promise<QueryResult<Row>> {
    const [first] = parameters
    return this.#watched(async () => {
      if (first instanceof CopyRows) {
        await copyRows(this.#client, sql, first)
        return { rows: [] }
      }
      const { command, rowCount, rows } = await this.#client.query(sql, parameters.map(toParameter))
      return {
        // Kysely's contract: the caller names the row type that its query gives.
        rows: rows as Row[],
        ...(changing.has(command) ? { numAffectedRows: BigInt(rowCount ?? 0) } : {}),
      }
    })
  }

  async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    yield await this.executeQuery<Row>(query)
  }

  /** Begins a transaction by these statements. Throws the store's errors. */
  async begin(sql: string): Promise<void> {
    await this.#watched(async () => this.#client.query(sql))
  }

  /** Throws StoreUnavailableError when the answer was lost: then nobody knows yet whether it happened. */
  async commit(): Promise<void> {
    const { command } = await this.#watched(async () => this.#client.query('commit'))
    if (command === 'COMMIT') return
    throw new StoreUnavailableError(`${this.#label}: the server answered COMMIT with ${command}`)
  }

  /** Never throws: a connection that cannot roll back is closed, and the server rolls back by itself. */
  async rollback(): Promise<void> {
    try {
      await this.#watched(async () => this.#client.query('rollback'))
    } catch {
      // What led here is thrown by whoever rolls back.
      this.#isBroken = true
    }
  }

  /** Gives it back to the pool, or closes it where it is not as it was. */
  release(): void {
    this.#client.release(this.#isBroken || this.#client.getTransactionStatus() !== 'I')
  }

  async #watched<T>(work: () => Promise<T>): Promise<T> {
    const endWatch = this.#watch.begin(() => {
      this.#isBroken = true
      // Ends the statement under way with an error.
      void this.#client.end()
    })
    try {
      return await work()
    } catch (error) {
      throw toStoreError(error, this.#label)
    } finally {
      endWatch()
    }
  }
}
