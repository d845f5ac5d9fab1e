import { inject } from 'vitest'
import { ownServerDatabase, ownSqlite, type OwnDatabase } from './own-database.ts'
import type { TimeZone } from './plain-sql.ts'

/** Far from UTC to both sides, and by no whole hours: what compares times in the wrong zone finds other rows. */
export const zones: readonly TimeZone[] = [
  { name: 'UTC', offset: '+00:00' },
  { name: 'Asia/Kathmandu', offset: '+05:45' },
  { name: 'America/St_Johns', offset: '-03:30' },
]

/** A database that the SQL of a page is tried on. */
export interface SqlCase {
  readonly name: string
  /** How the page marks this database's blocks. */
  readonly block: string
  /** Undefined where its server is not there. */
  readonly create: (() => Promise<OwnDatabase>) | undefined
}

function onServer(name: 'PostgreSQL' | 'MySQL' | 'MariaDB', block: string, url: string): SqlCase {
  return { name, block, create: url === '' ? undefined : async () => ownServerDatabase(name, url) }
}

/** All four of them; `folder` is part of the name of SQLite's. */
export function sqlCases(folder: string): readonly SqlCase[] {
  return [
    onServer('PostgreSQL', 'postgres', inject('postgresUrl')),
    onServer('MySQL', 'mysql', inject('mysqlUrl')),
    onServer('MariaDB', 'mariadb', inject('mariadbUrl')),
    { name: 'SQLite', block: 'sqlite', create: async () => ownSqlite(folder) },
  ]
}

/** The moment of a time as a driver gives it, Unix milliseconds; SQLite keeps times as text, in UTC. */
export function momentOf(value: unknown): number {
  return value instanceof Date ? value.getTime() : Date.parse(`${String(value).replace(' ', 'T')}Z`)
}
