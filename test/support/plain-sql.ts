import { execFile } from 'node:child_process'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import type { StoreLocation } from '../../src/store/store-location.ts'

/** A row as a person sees it; times are Dates, and UTC text on SQLite. */
export type Row = Readonly<Record<string, unknown>>

/** A time zone by its name, and by what it is away from UTC: MySQL knows names only where somebody loaded them. */
export interface TimeZone {
  readonly name: string
  readonly offset: string
}

const utc: TimeZone = { name: 'UTC', offset: '+00:00' }

/** Runs one statement by the database's own driver, none of ours, in a session of that time zone of its own. */
export async function plainSql(
  location: StoreLocation,
  sql: string,
  timeZone: TimeZone = utc,
): Promise<readonly Row[]> {
  switch (location.kind) {
    case 'sqlite':
      return timeZone === utc ? sqliteRows(location.file, sql) : sqliteRowsIn(timeZone, location.file, sql)
    case 'postgres':
      return postgresRows(location.url, sql, timeZone)
    case 'mysql':
      return mysqlRows(location.url, sql, timeZone)
  }
}

async function postgresRows(url: string, sql: string, { name }: TimeZone): Promise<readonly Row[]> {
  const { Client } = await import('pg')
  const client = new Client({ connectionString: url })
  // A connection that breaks fails the statement too; without a listener its event would end the test run.
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query(`SET TIME ZONE '${name}'`)
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

async function mysqlRows(url: string, sql: string, { offset }: TimeZone): Promise<readonly Row[]> {
  const { createConnection } = await import('mysql2/promise')
  // The driver turns a time of the session into a Date by the zone that it is told.
  const connection = await createConnection({ uri: url, timezone: offset })
  try {
    await connection.query(`SET time_zone = '${offset}'`)
    const [rows] = await connection.query(sql)
    // A statement other than a query gives a summary instead of rows.
    return Array.isArray(rows) ? (rows as readonly Row[]) : []
  } finally {
    await connection.end()
  }
}

function sqliteRows(file: string, sql: string): readonly Row[] {
  using database = new DatabaseSync(file, { timeout: 5000 })
  // Objects like any other: the driver's have no prototype.
  return database
    .prepare(sql)
    .all()
    .map((row) => Object.assign({}, row))
}

/** SQLite has no session time zone, but the C library under it looks at `TZ`, once in a process. */
async function sqliteRowsIn({ name }: TimeZone, file: string, sql: string): Promise<readonly Row[]> {
  const program = `
    import { DatabaseSync } from 'node:sqlite'
    const [file, sql] = process.argv.slice(1)
    console.log(JSON.stringify(new DatabaseSync(file).prepare(sql).all()))`
  const args = ['--input-type=module', '--eval', program, '--', file, sql]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, TZ: name } })
  // Written by the line above.
  return JSON.parse(stdout) as readonly Row[]
}
