import { DatabaseSync } from 'node:sqlite'
import { ownSqlite } from '../support/own-database.ts'
import type { DatabaseUnderTest } from './database-under-test.ts'

/** An SQLite file. It has no server and no rights: what takes a right away elsewhere takes the table away here. */
export async function sqliteUnderTest(): Promise<DatabaseUnderTest> {
  const database = await ownSqlite('chaos')
  const { location, name, url, sql } = database
  if (location.kind !== 'sqlite') throw new Error('it is no file')
  const { file } = location
  const [row] = await sql('SELECT sqlite_version() AS version')
  return {
    version: `SQLite ${String(row?.['version'])}`,
    consumers: { name, location, url },
    own: { name, location, sql },
    revoke: async () => rename(file, 'scrape', 'scrape_away'),
    grant: async () => rename(file, 'scrape_away', 'scrape'),
    [Symbol.asyncDispose]: async () => database[Symbol.asyncDispose](),
  }
}

function rename(file: string, from: string, to: string): void {
  using database = new DatabaseSync(file, { timeout: 30_000 })
  // The views go on naming the table that is gone.
  database.exec('PRAGMA legacy_alter_table = ON')
  database.exec(`ALTER TABLE ${from} RENAME TO ${to}`)
}
