import type { CreateTableBuilder, Kysely } from 'kysely'
import { StoreConfigurationError } from '../runtime/errors.ts'
import type { Tables } from './schema.ts'
import type { MetricStore } from './store.ts'

/** Where Kysely's Migrator notes what it has done, and the table that it wants to see for its lock. */
export const migrationTable = 'hostvitals_migration'

/** Unused for locking (see `MetricStore.underMigrationLock`), but the Migrator makes it. */
export const migrationLockTable = 'hostvitals_migration_lock'

/** How the database's schema stands to this program's migrations. */
export interface SchemaStatus {
  /** The last migration that was applied; undefined in an empty database. */
  readonly current: string | undefined
  /** Of ours, what is still to be applied, in order. */
  readonly pending: readonly string[]
  /** Applied by a newer program; at most one. */
  readonly unknown: readonly string[]
}

/**
 * Reads the status. Throws StoreConfigurationError when the database is more than one version newer than this program,
 * or when a newer program went on without one of our migrations.
 */
export async function schemaStatus(
  store: MetricStore,
  database: Kysely<Tables> = store.database,
): Promise<SchemaStatus> {
  const executed = await executedMigrations(store, database)
  const ours = store.migrations.map(({ name }) => name)
  const unknown = executed.filter((name) => !ours.includes(name))
  const pending = ours.filter((name) => !executed.includes(name))
  if (unknown.length > 1 || (unknown.length > 0 && pending.length > 0)) {
    throw new StoreConfigurationError(
      `${store.label}: the database is newer than this program (it has ${unknown.join(', ')})`,
      { nextStep: 'install the version of hostvitals that migrated it, or a newer one' },
    )
  }
  return { current: executed.at(-1), pending, unknown }
}

/** The two tables as the Migrator makes them, for a plan that is run by hand. */
export function bookkeepingTables(database: Kysely<Tables>): readonly CreateTableBuilder<string, string>[] {
  return [
    database.schema
      .createTable(migrationTable)
      .ifNotExists()
      .addColumn('name', 'varchar(255)', (column) => column.notNull().primaryKey())
      .addColumn('timestamp', 'varchar(255)', (column) => column.notNull()),
    database.schema
      .createTable(migrationLockTable)
      .ifNotExists()
      .addColumn('id', 'varchar(255)', (column) => column.notNull().primaryKey())
      .addColumn('is_locked', 'integer', (column) => column.notNull().defaultTo(0)),
  ]
}

async function executedMigrations(store: MetricStore, database: Kysely<Tables>): Promise<readonly string[]> {
  const tables = await database.introspection.getTables({ withInternalKyselyTables: true })
  const isThere = tables.some(
    ({ name, schema }) => name === migrationTable && (store.schemaName === undefined || schema === store.schemaName),
  )
  if (!isThere) return []
  const own = store.schemaName === undefined ? database : database.withSchema(store.schemaName)
  const rows = await own
    .withTables<MigrationTables>()
    .selectFrom(migrationTable)
    .select('name')
    .orderBy('name')
    .execute()
  return rows.map(({ name }) => name)
}

// A type and no interface: Kysely asks for an index signature, which only a type literal has by itself.
type MigrationTables = { readonly [migrationTable]: { readonly name: string } }
