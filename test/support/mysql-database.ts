import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { createConnection } from 'mysql2/promise'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openMysqlStore } from '../../src/store/mysql/mysql-store.ts'
import type { MetricStore } from '../../src/store/store.ts'
import type { FreshDatabase } from '../contract/store.ts'
import { testDays } from './ingest-world.ts'

/** An empty database on a real server, and ways to look at it that are not ours. */
export interface MysqlDatabase extends FreshDatabase {
  readonly name: string
  /** Of this database, for the server's administrator. */
  readonly url: string
  /** Runs statements as the server's administrator, in a session of its own, and gives the rows of the last one. */
  readonly run: (...statements: readonly string[]) => Promise<readonly Readonly<Record<string, unknown>>[]>
}

/** Makes one on the server at this address; dropped at disposal. */
export async function freshMysqlDatabase(serverUrl: string): Promise<MysqlDatabase> {
  const name = `hostvitals_${randomBytes(6).toString('hex')}`
  const url = urlOf(serverUrl, name)
  await runOn(serverUrl, [`CREATE DATABASE ${name}`])
  return {
    name,
    url,
    open: async () => openReachedMysqlStore(url),
    run: async (...statements) => runOn(url, statements),
    [Symbol.asyncDispose]: async () => {
      await runOn(serverUrl, [`DROP DATABASE ${name}`])
    },
  }
}

/** What looks at a database of its own, whose tables are made, through a store that is open. */
export type MysqlTest = (database: MysqlDatabase, store: MetricStore) => Promise<void>

/** Runs this on an empty database with all tables. */
export async function withMigratedMysql(serverUrl: string, test: MysqlTest): Promise<void> {
  await using database = await freshMysqlDatabase(serverUrl)
  await using store = await database.open()
  await migrate(store, testDays, ignoreEvents)
  await test(database, store)
}

/** The server's number of the connection that is used, reaching the server when none is yet. */
export async function connectionId(database: MetricStore['database']): Promise<number> {
  const { rows } = await sql<{ id: number }>`SELECT CONNECTION_ID() AS id`.execute(database)
  return rows[0]?.id ?? 0
}

/** Makes the database at this address anew, without any table. */
export async function emptyMysqlDatabase(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1)
  await runOn(urlOf(url, ''), [`DROP DATABASE ${name}`, `CREATE DATABASE ${name}`])
}

/** Opens a store and reaches its server, which then has said what it is: the text of the migrations depends on it. */
export async function openReachedMysqlStore(url: string): Promise<MetricStore> {
  const store = await openMysqlStore({ url, durable: false })
  try {
    await sql`SELECT 1`.execute(store.database)
    return store
  } catch (error) {
    await store[Symbol.asyncDispose]()
    throw error
  }
}

/** The address with another database, and another user where one is given. */
export function urlOf(serverUrl: string, database: string, user?: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  if (user !== undefined) [url.username, url.password] = [user, '']
  return url.href
}

/** What the server itself says of hostvitals' tables and views, without partitions, counters and owners. */
export async function dumpMysqlSchema({ database }: MetricStore): Promise<string> {
  const { rows } = await sql<{ readonly name: string; readonly type: string }>`
    SELECT TABLE_NAME AS name, TABLE_TYPE AS type FROM information_schema.TABLES
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME NOT LIKE 'hostvitals_migration%' ORDER BY TABLE_NAME`.execute(
    database,
  )
  const [own] = (await sql<{ readonly name: string }>`SELECT DATABASE() AS name`.execute(database)).rows
  const statements: string[] = []
  for (const { name, type } of rows) {
    const kind = type === 'VIEW' ? 'VIEW' : 'TABLE'
    const shown = await sql<Record<string, string>>`SHOW CREATE ${sql.raw(kind)} ${sql.table(name)}`.execute(database)
    const text = shown.rows[0]?.[kind === 'VIEW' ? 'Create View' : 'Create Table'] ?? ''
    statements.push(kind === 'VIEW' ? viewText(text, own?.name ?? '') : tableText(text))
  }
  return statements.map((statement) => `${statement};\n`).join('\n')
}

function tableText(text: string): string {
  return text
    .replace(/ AUTO_INCREMENT=\d+/, '')
    .replace(/\s*(?:\/\*!\d+)?\s*PARTITION BY RANGE[\s\S]*$/, '\nPARTITION BY …')
}

function viewText(text: string, database: string): string {
  return (
    text
      .replace(/DEFINER=\S+ /, '')
      .replaceAll(`\`${database}\`.`, '')
      // One column or table a line, so that a difference can be read.
      .replaceAll(/ (?=(?:from|join|where) )|(?<=,)(?=`|cast\(|case )/g, '\n  ')
  )
}

async function runOn(
  url: string,
  statements: readonly string[],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const connection = await createConnection({ uri: url, dateStrings: true })
  try {
    let rows: unknown = []
    for (const statement of statements) [rows] = await connection.query(statement)
    // The driver's rows, by their columns' names; other statements have none.
    return Array.isArray(rows) ? (rows as Readonly<Record<string, unknown>>[]) : []
  } finally {
    await connection.end()
  }
}
