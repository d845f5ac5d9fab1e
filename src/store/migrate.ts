import { type Kysely, sql } from 'kysely'
import { type Migration as KyselyMigration, Migrator } from 'kysely/migration'
import { StoreConfigurationError } from '../runtime/errors.ts'
import type { Emit } from '../runtime/events.ts'
import { ensureRawFloor, firstPartitions, makePartitions, missingPartitions, type RawDays } from './partitions.ts'
import { bookkeepingTables, migrationLockTable, migrationTable, schemaStatus } from './schema-status.ts'
import type { Tables } from './schema.ts'
import type { MetricStore } from './store.ts'

/**
 * Brings the schema up to this program, makes the days, and returns the names of the migrations that were applied. Safe to
 * be called by many programs at once. A database that is one version newer is left as it is; a newer one is refused with
 * StoreConfigurationError. Errors of the database are the store's.
 */
export async function migrate(store: MetricStore, days: RawDays, emit: Emit): Promise<readonly string[]> {
  // Looked at before the lock, so that the common start, with nothing to do, waits for nobody.
  const { pending } = await schemaStatus(store)
  const applied = pending.length === 0 ? [] : await store.underMigrationLock(async (database) => apply(store, database))
  // The floor first: it tells from which day on there must be days.
  await ensureRawFloor(store, days)
  await makePartitions(store, days)
  if (applied.length > 0) emit('store.migrated', { store: store.label, applied })
  return applied
}

/**
 * At a consumer's start: `auto` migrates, `check` changes nothing and throws StoreConfigurationError with the command to
 * run when something is missing.
 */
export async function ensureSchema(
  store: MetricStore,
  mode: 'auto' | 'check',
  days: RawDays,
  emit: Emit,
): Promise<void> {
  if (mode === 'auto') {
    await migrate(store, days, emit)
    return
  }
  const { pending } = await schemaStatus(store)
  const nextStep =
    'run `hostvitals migrate` as a user that may change the schema (`hostvitals migrate --plan` prints the SQL)'
  if (pending.length > 0) {
    throw new StoreConfigurationError(`${store.label}: the schema lacks ${pending.join(', ')}`, { nextStep })
  }
  const missing = await missingPartitions(store, days, 0)
  if (missing.length > 0) {
    throw new StoreConfigurationError(`${store.label}: ${missing.length} daily partitions are missing`, { nextStep })
  }
  await ensureRawFloor(store, days)
}

/** The SQL that `migrate` would run now, statement by statement, for a person to run: same schema, same bookkeeping. */
export async function migrationPlan(store: MetricStore, days: RawDays): Promise<readonly string[]> {
  const { current, pending } = await schemaStatus(store)
  const steps = store.migrations
    .filter(({ name }) => pending.includes(name))
    // One millisecond apart: the order of execution is read from these times.
    .flatMap(({ name, statements }, index) =>
      statements.concat(noteStatement(store, name, new Date(days.nowMs + index).toISOString())),
    )
  const partitions = await (current === undefined ? firstPartitions(store, days) : missingPartitions(store, days))
  return [...(current === undefined ? bookkeepingStatements(store) : []), ...steps, ...partitions]
}

function bookkeepingStatements({ database, schemaName }: MetricStore): readonly string[] {
  if (schemaName === undefined) return bookkeepingTables(database).map((table) => table.compile().sql)
  const schema = database.schema.createSchema(schemaName).ifNotExists()
  return [schema, ...bookkeepingTables(database.withSchema(schemaName))].map((statement) => statement.compile().sql)
}

function noteStatement({ database, schemaName }: MetricStore, name: string, at: string): string {
  const table = sql.table(schemaName === undefined ? migrationTable : `${schemaName}.${migrationTable}`)
  const columns = sql.join([sql.ref('name'), sql.ref('timestamp')])
  return sql`insert into ${table} (${columns}) values (${sql.lit(name)}, ${sql.lit(at)})`.compile(database).sql
}

async function apply(store: MetricStore, database: Kysely<Tables>): Promise<readonly string[]> {
  // Another program may have been first while we waited for the lock.
  const { unknown } = await schemaStatus(store, database)
  if (unknown.length > 0) return []
  const migrator = new Migrator({
    db: database,
    migrationTableName: migrationTable,
    migrationLockTableName: migrationLockTable,
    ...(store.schemaName === undefined ? {} : { migrationTableSchema: store.schemaName }),
    provider: {
      getMigrations: async () =>
        Object.fromEntries(store.migrations.map(({ name, statements }) => [name, toKyselyMigration(statements)])),
    },
  })
  const { error, results } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
  return (results ?? []).map(({ migrationName }) => migrationName)
}

function toKyselyMigration(statements: readonly string[]): KyselyMigration {
  return {
    up: async (database) => {
      for (const statement of statements) await sql.raw(statement).execute(database)
    },
  }
}
