import { statSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import type { StoreLocation } from '../src/store/store-location.ts'
import type { Servers } from '../test/support/servers.ts'
import { freshMysqlDatabase } from '../test/support/mysql-database.ts'
import { freshPostgresDatabase } from '../test/support/postgres-database.ts'
import { temporaryFolder } from '../test/support/temporary-folder.ts'

/** The databases that a benchmark can store into. */
export const storeNames = ['postgres', 'mysql', 'mariadb', 'sqlite'] as const

/** One of them. */
export type StoreName = (typeof storeNames)[number]

/** An empty database; dropped at disposal. */
export interface FreshStore extends AsyncDisposable {
  readonly location: StoreLocation
  /** What its raw rows take on disk, indexes included; on SQLite the whole file. */
  readonly sizeBytes: () => Promise<number>
}

/** Whether the text names one. */
export function isStoreName(text: string): text is StoreName {
  return storeNames.some((name) => name === text)
}

/** An empty database of this kind, on the server of the test suite. */
export async function freshStore(name: StoreName, servers: Servers): Promise<FreshStore> {
  switch (name) {
    case 'sqlite':
      return freshSqlite()
    case 'postgres':
      return freshPostgres(await servers.address('postgresUrl'))
    case 'mysql':
      return freshMysql(await servers.address('mysqlUrl'), 'INNODB_TABLESPACES')
    case 'mariadb':
      return freshMysql(await servers.address('mariadbUrl'), 'INNODB_SYS_TABLESPACES')
  }
}

async function freshPostgres(serverUrl: string): Promise<FreshStore> {
  const database = await freshPostgresDatabase(serverUrl)
  return {
    location: { kind: 'postgres', url: database.url },
    sizeBytes: async () => {
      const client = new Client({ connectionString: database.url })
      await client.connect()
      try {
        const sizes = await client.query<{ bytes: string }>(
          `select coalesce(sum(pg_total_relation_size(relid)), 0) as bytes from pg_partition_tree('hostvitals.scrape')`,
        )
        return Number(sizes.rows[0]?.bytes)
      } finally {
        await client.end()
      }
    },
    [Symbol.asyncDispose]: async () => database[Symbol.asyncDispose](),
  }
}

/** The files' sizes stand in a table that MySQL and MariaDB name differently. */
async function freshMysql(serverUrl: string, filesTable: string): Promise<FreshStore> {
  const database = await freshMysqlDatabase(serverUrl)
  return {
    location: { kind: 'mysql', url: database.url },
    sizeBytes: async () => {
      const [sizes] = await database.run(
        `SELECT SUM(FILE_SIZE) AS bytes FROM information_schema.${filesTable} WHERE NAME LIKE '${database.name}/scrape%'`,
      )
      return Number(sizes?.['bytes'])
    },
    [Symbol.asyncDispose]: async () => database[Symbol.asyncDispose](),
  }
}

async function freshSqlite(): Promise<FreshStore> {
  const folder = await temporaryFolder('hostvitals-bench')
  const file = join(folder.path, 'metrics.db')
  return {
    location: { kind: 'sqlite', file },
    sizeBytes: async () => statSync(file).size,
    [Symbol.asyncDispose]: async () => folder[Symbol.asyncDispose](),
  }
}
