import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type {
  SqliteAnswer,
  SqliteFailure,
  SqliteFileOptions,
  SqliteParameter,
  SqliteRequest,
  SqliteRow,
  SqliteValue,
} from './sqlite-message.ts'

const statementsKept = 200

/** Opens a file, and makes it where there is none. Throws node:sqlite's errors; `failureOf` reads them. */
export function openSqliteFile({ file, access, synchronous }: SqliteFileOptions): SqliteFile {
  const database = new DatabaseSync(file, {
    readOnly: access === 'read',
    timeout: 5000,
    enableForeignKeyConstraints: true,
  })
  if (access === 'read') return new SqliteFile(database)
  try {
    // Before anything that writes: it takes effect only in a file without tables. Elsewhere it would wait for whoever writes.
    if (database.prepare('PRAGMA page_count').get()?.['page_count'] === 0)
      database.exec('PRAGMA auto_vacuum = INCREMENTAL')
    database.exec('PRAGMA journal_mode = WAL')
    database.exec(`PRAGMA synchronous = ${synchronous}`)
  } catch (error) {
    database.close()
    throw error
  }
  return new SqliteFile(database)
}

/** One connection: what is asked is answered at once, in the caller's own thread. */
export class SqliteFile {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  /** Throws node:sqlite's errors. */
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

  #query(sql: string, parameters: readonly SqliteParameter[]): SqliteAnswer {
    if (sql.startsWith('pragma incremental_vacuum')) {
      // It gives a row without columns for each page, and `run` would free the first alone.
      this.#database.exec(sql)
      return { rows: [] }
    }
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

/** Why a request failed, from what node:sqlite threw. */
export function failureOf(error: unknown): SqliteFailure {
  if (!(error instanceof Error)) return { code: 0, message: String(error) }
  return { code: 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 0, message: error.message }
}
