import { statSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import type { StoreLocation } from '../src/store/store-location.ts'
import type { Servers } from '../test/support/servers.ts'
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
    case 'mariadb':
      throw new Error(`no benchmark stores into ${name} yet`)
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

async function freshSqlite(): Promise<FreshStore> {
  const folder = await temporaryFolder('hostvitals-bench')
  const file = join(folder.path, 'metrics.db')
  return {
    location: { kind: 'sqlite', file },
    sizeBytes: async () => statSync(file).size,
    [Symbol.asyncDispose]: async () => folder[Symbol.asyncDispose](),
  }
}
