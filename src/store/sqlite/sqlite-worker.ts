import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import type {
  SqliteAnswer,
  SqliteEnvelope,
  SqliteFailure,
  SqliteFileOptions,
  SqliteParameter,
  SqliteReply,
  SqliteRequest,
  SqliteRow,
  SqliteValue,
} from './sqlite-message.ts'

const statementsKept = 200

/** One database file in a thread of its own, so that a long query or an fsync never holds up the measuring. */
class SqliteFile {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor({ file, access, synchronous }: SqliteFileOptions) {
    this.#database = new DatabaseSync(file, {
      readOnly: access === 'read',
      timeout: 5000,
      enableForeignKeyConstraints: true,
    })
    if (access === 'read') return
    try {
      // Before anything that writes: it takes effect only in a file without tables. Elsewhere it would wait for whoever writes.
      if (this.#isEmpty()) this.#database.exec('PRAGMA auto_vacuum = INCREMENTAL')
      this.#database.exec('PRAGMA journal_mode = WAL')
      this.#database.exec(`PRAGMA synchronous = ${synchronous}`)
    } catch (error) {
      this.#database.close()
      throw error
    }
  }

  answer(request: SqliteRequest): SqliteAnswer {
    switch (request.kind) {
      case 'query':
        return this.#query(request.sql, request.parameters)
      case 'each':
        return this.#each(request.sql, request.rows)
      case 'rollback':
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
        return { rows: [] }
      case 'close':
        this.#statements.clear()
        this.#database.close()
        return { rows: [] }
    }
  }

  #isEmpty(): boolean {
    return this.#database.prepare('PRAGMA page_count').get()?.['page_count'] === 0
  }

  #query(sql: string, parameters: readonly SqliteParameter[]): SqliteAnswer {
    const statement = this.#prepare(sql)
    const values = parameters.map(toValue)
    if (statement.columns().length > 0) return { rows: statement.all(...values).map(toRow) }
    const { changes, lastInsertRowid } = statement.run(...values)
    return { rows: [], changes: Number(changes), insertId: lastInsertRowid }
  }

  #each(sql: string, rows: readonly (readonly SqliteParameter[])[]): SqliteAnswer {
    const statement = this.#prepare(sql)
    if (statement.columns().length === 0) {
      for (const row of rows) statement.run(...row.map(toValue))
      return { rows: [] }
    }
    const found = rows.map((row) => statement.get(...row.map(toValue)))
    return { rows: found.map((row) => (row === undefined ? undefined : toRow(row))) }
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    if (this.#statements.size >= statementsKept) this.#statements.clear()
    const statement = this.#database.prepare(sql)
    statement.setReadBigInts(true)
    this.#statements.set(sql, statement)
    return statement
  }
}

function toValue(parameter: SqliteParameter): SqliteValue {
  // JSON writes NaN as null and every finite double with as many digits as read back to the same bits.
  return parameter instanceof Float64Array ? JSON.stringify(Array.from(parameter)) : parameter
}

function toRow(row: Record<string, SqliteValue>): SqliteRow {
  for (const [column, value] of Object.entries(row)) {
    if (typeof value !== 'bigint') continue
    const number = Number(value)
    if (Number.isSafeInteger(number)) row[column] = number
  }
  return row
}

function toFailure(error: unknown): SqliteFailure {
  if (!(error instanceof Error)) return { code: 0, message: String(error) }
  return { code: 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 0, message: error.message }
}

function attempt(id: number, work: () => SqliteAnswer): SqliteReply {
  try {
    return { id, answer: work() }
  } catch (error) {
    return { id, failure: toFailure(error) }
  }
}

const port = parentPort
if (port !== null) {
  let database: SqliteFile | undefined
  const opened = attempt(0, () => {
    // Written by the thread that started this one; see SqliteThread.
    database = new SqliteFile(workerData as SqliteFileOptions)
    return { rows: [] }
  })
  port.postMessage(opened)
  port.on('message', ({ id, request }: SqliteEnvelope) => {
    if (database === undefined) return
    const file = database
    port.postMessage(attempt(id, () => file.answer(request)))
    if (request.kind === 'close') port.close()
  })
  if (database === undefined) port.close()
}
