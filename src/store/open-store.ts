import type { MetricStore } from './store.ts'
import type { StoreLocation } from './store-location.ts'

/** How a store is opened. */
export interface OpenStoreOptions {
  /** True where nothing else keeps the records once they are stored (`up`): a commit is then on disk when it returns. */
  readonly durable: boolean
  /** True where questions are asked and nothing else: a server then refuses to write, and gives up what takes 15 s. */
  readonly isReader?: boolean
}

/** Opens the database; only the driver of its kind is loaded. Throws StoreUnavailableError or StoreConfigurationError. */
export async function openStore(
  location: StoreLocation,
  { durable, isReader = false }: OpenStoreOptions,
): Promise<MetricStore> {
  switch (location.kind) {
    case 'sqlite': {
      const { openSqliteStore } = await import('./sqlite/sqlite-store.ts')
      return openSqliteStore({ file: location.file, durable, isReader })
    }
    case 'postgres': {
      const { openPostgresStore } = await import('./postgres/postgres-store.ts')
      const { url, tlsCa } = location
      return openPostgresStore({ url, durable, isReader, ...(tlsCa === undefined ? {} : { tlsCa }) })
    }
    case 'mysql': {
      const { openMysqlStore } = await import('./mysql/mysql-store.ts')
      const { url, tlsCa } = location
      return openMysqlStore({ url, durable, isReader, ...(tlsCa === undefined ? {} : { tlsCa }) })
    }
  }
}
