import type { MetricStore } from './store.ts'
import type { StoreLocation } from './store-location.ts'

/** How a store is opened. */
export interface OpenStoreOptions {
  /** True where nothing else keeps the records once they are stored (`up`): a commit is then on disk when it returns. */
  readonly durable: boolean
}

/** Opens the database; only the driver of its kind is loaded. Throws StoreUnavailableError or StoreConfigurationError. */
export async function openStore(location: StoreLocation, { durable }: OpenStoreOptions): Promise<MetricStore> {
  switch (location.kind) {
    case 'sqlite': {
      const { openSqliteStore } = await import('./sqlite/sqlite-store.ts')
      return openSqliteStore({ file: location.file, durable })
    }
    case 'postgres': {
      const { openPostgresStore } = await import('./postgres/postgres-store.ts')
      const { url, tlsCa } = location
      return openPostgresStore({ url, durable, ...(tlsCa === undefined ? {} : { tlsCa }) })
    }
    case 'mysql': {
      const { openMysqlStore } = await import('./mysql/mysql-store.ts')
      const { url, tlsCa } = location
      return openMysqlStore({ url, durable, ...(tlsCa === undefined ? {} : { tlsCa }) })
    }
  }
}
