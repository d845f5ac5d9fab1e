import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { StoreLocation } from '../src/store/store-location.ts'
import type { Servers } from '../test/support/servers.ts'
import { temporaryFolder } from '../test/support/temporary-folder.ts'

/** The databases that a benchmark can store into. */
export const storeNames = ['postgres', 'mysql', 'mariadb', 'sqlite'] as const

/** One of them. */
export type StoreName = (typeof storeNames)[number]

/** An empty database; dropped at disposal. */
export interface FreshStore extends AsyncDisposable {
  readonly location: StoreLocation
  /** What its tables take on disk, indexes included. */
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
    case 'mysql':
    case 'mariadb':
      throw new Error(`no benchmark stores into ${name} yet; ${servers.constructor.name} would start it`)
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
