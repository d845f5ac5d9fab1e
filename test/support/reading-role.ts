import { randomUUID } from 'node:crypto'
import type { StoreLocation } from '../../src/store/store-location.ts'
import type { OwnDatabase } from './own-database.ts'
import { plainSql } from './plain-sql.ts'
import { readmeBlocks } from './readme-blocks.ts'

/** A role of a test's own, dropped at disposal, and how it asks. */
export interface ReadingRole extends AsyncDisposable {
  readonly sql: OwnDatabase['sql']
}

/** The role that examples/grafana/README.md makes; on SQLite there are none, and the file is asked as it is. */
export async function readingRole(database: OwnDatabase, block: string): Promise<ReadingRole> {
  const { location } = database
  if (location.kind === 'sqlite') return { sql: database.sql, [Symbol.asyncDispose]: async () => undefined }
  const name = `grafana_${randomUUID().slice(0, 8)}`
  const account = location.kind === 'postgres' ? name : `'${name}'@'%'`
  for (const statement of statementsOf(block)) {
    await database.sql(
      statement
        .replaceAll(/'grafana'@'%'|(?<=ROLE |TO )grafana\b/g, account)
        .replaceAll('metrics.', `${new URL(location.url).pathname.slice(1)}.`),
    )
  }
  const url = Object.assign(new URL(location.url), { username: name, password: 'choose one' }).href
  const own: StoreLocation = { ...location, url }
  return {
    sql: async (statement, timeZone) => plainSql(own, statement, timeZone),
    [Symbol.asyncDispose]: async () => {
      if (location.kind === 'postgres') await database.sql(`DROP OWNED BY ${name}`)
      await database.sql(location.kind === 'postgres' ? `DROP ROLE ${name}` : `DROP USER ${account}`)
    },
  }
}

function statementsOf(block: string): readonly string[] {
  const found = readmeBlocks('examples/grafana/README.md').find(
    ({ words: [language, ...names] }) => language === 'sql' && names.includes(block),
  )
  if (found === undefined) throw new Error(`examples/grafana/README.md has no role for ${block}`)
  return found.text
    .split(';')
    .map((statement) => statement.trim())
    .filter(Boolean)
}
