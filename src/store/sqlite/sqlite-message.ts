/** What SQLite takes and gives. Whole numbers come back as bigint only where a double could not hold them. */
export type SqliteValue = null | number | bigint | string | Uint8Array

/** A parameter: a `Float64Array` becomes a JSON array with NaN as null, in the thread, off the program's own. */
export type SqliteParameter = SqliteValue | Float64Array

/** A row by its columns' names. */
export type SqliteRow = Readonly<Record<string, SqliteValue>>

/** What the thread of a database file is asked. */
export type SqliteRequest =
  | { readonly kind: 'query'; readonly sql: string; readonly parameters: readonly SqliteParameter[] }
  /** The statement once for each list of parameters; its answer has the first row of each, or undefined. */
  | { readonly kind: 'each'; readonly sql: string; readonly rows: readonly (readonly SqliteParameter[])[] }
  /** Rolls back if a transaction is open: SQLite ends one by itself after some errors. */
  | { readonly kind: 'rollback' }
  | { readonly kind: 'close' }

/** What it answers. */
export interface SqliteAnswer {
  readonly rows: readonly (SqliteRow | undefined)[]
  /** Of a statement that gives no rows. */
  readonly changes?: number
  readonly insertId?: number | bigint
}

/** One connection to a database: a thread with its file, or what a test puts in its place. */
export interface SqliteConnection {
  /** Answers in the order of asking. Throws what `toStoreError` makes of a failure. */
  readonly ask: (request: SqliteRequest) => Promise<SqliteAnswer>
}

/** Why a request failed: SQLite's extended result code, or 0 where the error is not SQLite's. */
export interface SqliteFailure {
  readonly code: number
  readonly message: string
}

/** A request as it travels; answered by a `SqliteReply` of the same id. Id 0 is the opening of the file. */
export interface SqliteEnvelope {
  readonly id: number
  readonly request: SqliteRequest
}

/** An answer as it travels. */
export type SqliteReply =
  | { readonly id: number; readonly answer: SqliteAnswer }
  | { readonly id: number; readonly failure: SqliteFailure }

/** How a thread opens its file. */
export interface SqliteFileOptions {
  readonly file: string
  readonly access: 'read' | 'write'
  /** `full`: a commit is on disk when it returns. `normal`: a power cut may undo the last commits, all of them from one on. */
  readonly synchronous: 'full' | 'normal'
}
