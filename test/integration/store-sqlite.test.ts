import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import { describeStore } from '../contract/store.ts'

describeStore('SQLite', {
  freshDatabase: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hostvitals-sqlite-'))
    return {
      open: async () => openSqliteStore({ file: join(folder, 'metrics.db'), durable: false }),
      [Symbol.asyncDispose]: async () => rm(folder, { recursive: true }),
    }
  },
  dumpSchema: async ({ database }) => {
    const { rows } = await sql<{ sql: string }>`
      select sql from sqlite_schema
       where sql is not null and name not like 'sqlite%' and name not like 'hostvitals_migration%' order by name`.execute(
      database,
    )
    return rows.map((row) => `${row.sql};\n`).join('\n')
  },
  golden: join(import.meta.dirname, '../../src/store/sqlite/schema.golden.sql'),
})
