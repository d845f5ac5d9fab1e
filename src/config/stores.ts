import type { ServerInput, StoreInput } from './store-config.ts'

/** A PostgreSQL database: `postgres({ url: secret('DATABASE_URL') })`, the address being `postgres://user@host/database`. */
export function postgres(given: ServerInput): StoreInput {
  return { ...given, kind: 'postgres' }
}

/** A MySQL or MariaDB database: `mysql({ url: secret('DATABASE_URL') })`, the address being `mysql://user@host/database`. */
export function mysql(given: ServerInput): StoreInput {
  return { ...given, kind: 'mysql' }
}

/** An SQLite database in one file, relative to the configuration file; made when it is missing. */
export function sqlite(file: string): StoreInput {
  return { kind: 'sqlite', file }
}
