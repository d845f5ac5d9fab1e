import { join } from 'node:path'
import type { StoreLocation } from '../../src/store/store-location.ts'
import { freshMysqlDatabase } from './mysql-database.ts'
import { plainSql, type Row, type TimeZone } from './plain-sql.ts'
import { freshPostgresDatabase } from './postgres-database.ts'
import type { ServerKey } from './servers.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** The databases that hostvitals keeps metrics in, as people call them. */
export const databaseNames = ['PostgreSQL', 'MySQL', 'MariaDB', 'SQLite'] as const

/** One of them. */
export type DatabaseName = (typeof databaseNames)[number]

/** Whether the text names one. */
export function isDatabaseName(text: string): text is DatabaseName {
  return databaseNames.some((name) => name === text)
}

/** Which server each needs; SQLite needs none. */
export const serversOfDatabases = {
  PostgreSQL: 'postgresUrl',
  MySQL: 'mysqlUrl',
  MariaDB: 'mariadbUrl',
} as const satisfies Readonly<Record<Exclude<DatabaseName, 'SQLite'>, ServerKey>>

/** An empty database of one test; dropped at disposal. */
export interface OwnDatabase extends AsyncDisposable {
  readonly name: DatabaseName
  readonly location: StoreLocation
  /** As `--store` takes it. */
  readonly url: string
  /** One statement by the database's own driver. */
  readonly sql: (statement: string, timeZone?: TimeZone) => Promise<readonly Row[]>
}

/** Makes an SQLite file, empty and of a test's own. */
export async function ownSqlite(label: string): Promise<OwnDatabase> {
  const folder = await temporaryFolder(label)
  const file = join(folder.path, 'metrics.db')
  const location = { kind: 'sqlite', file } as const
  return {
    name: 'SQLite',
    location,
    url: `sqlite:${file}`,
    sql: async (statement, timeZone) => plainSql(location, statement, timeZone),
    [Symbol.asyncDispose]: async () => folder[Symbol.asyncDispose](),
  }
}

/** Makes a database on a running server whose address is given. */
export async function ownServerDatabase(
  name: Exclude<DatabaseName, 'SQLite'>,
  serverUrl: string,
): Promise<OwnDatabase> {
  const isPostgres = name === 'PostgreSQL'
  const database = await (isPostgres ? freshPostgresDatabase(serverUrl) : freshMysqlDatabase(serverUrl))
  const location = { kind: isPostgres ? 'postgres' : 'mysql', url: database.url } as const
  return {
    name,
    location,
    url: database.url,
    sql: async (statement, timeZone) => plainSql(location, statement, timeZone),
    [Symbol.asyncDispose]: async () => database[Symbol.asyncDispose](),
  }
}
