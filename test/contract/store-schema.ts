import { readFileSync, writeFileSync } from 'node:fs'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { ensureSchema, migrate, migrationPlan } from '../../src/store/migrate.ts'
import { readRawFloor } from '../../src/store/partitions.ts'
import { schemaStatus } from '../../src/store/schema-status.ts'
import type { MetricStore } from '../../src/store/store.ts'
import { changedStore } from '../support/changed-store.ts'
import type { StoreHarness } from './store.ts'

const days = { nowMs: Date.UTC(2026, 10, 24, 8, 15), rawRetentionMs: 14 * 86_400_000 }

/** Migrations: one schema whichever way it is reached, and a clear word where it cannot be. */
export function describeSchema({ freshDatabase, dumpSchema, golden }: StoreHarness): void {
  it('is what the golden dump says', async () => {
    await using database = await freshDatabase()
    await using store = await database.open()
    await migrate(store, days, ignoreEvents)
    const schema = await dumpSchema(store)
    // Written on request only: a change of the schema must be seen in the diff.
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, schema)
    expect(schema).toBe(readFileSync(golden, 'utf8'))
  })

  it('is the same when migrated twice, and says what it did once', async () => {
    await using database = await freshDatabase()
    await using store = await database.open()
    expect(await migrate(store, days, ignoreEvents)).toEqual(store.migrations.map(({ name }) => name))
    expect(await migrate(store, days, ignoreEvents)).toEqual([])
    expect(await dumpSchema(store)).toBe(readFileSync(golden, 'utf8'))
  })

  it('is one schema after twenty first starts at once', async () => {
    await using database = await freshDatabase()
    const stores = await Promise.all(Array.from({ length: 20 }, async () => database.open()))
    const applied = await Promise.all(stores.map(async (store) => migrate(store, days, ignoreEvents)))
    const [store] = stores
    expect(applied.flat()).toEqual(store?.migrations.map(({ name }) => name))
    expect(store && (await dumpSchema(store))).toBe(readFileSync(golden, 'utf8'))
    await Promise.all(stores.map(async (each) => each[Symbol.asyncDispose]()))
  }, 60_000)

  it('is the same when the plan is run by hand', async () => {
    await using database = await freshDatabase()
    await using store = await database.open()
    const plan = await migrationPlan(store, days)
    await store.underMigrationLock(async (hand) => {
      for (const statement of plan) await sql.raw(statement).execute(hand)
    })
    expect(await dumpSchema(store)).toBe(readFileSync(golden, 'utf8'))
    expect(await migrationPlan(store, days)).toEqual([])
    await expect(ensureSchema(store, 'check', days, ignoreEvents)).resolves.toBeUndefined()
    expect(await migrate(store, days, ignoreEvents)).toEqual([])
  })

  it('is not touched in check mode, which says the command to run', async () => {
    await using database = await freshDatabase()
    await using store = await database.open()
    await expect(ensureSchema(store, 'check', days, ignoreEvents)).rejects.toMatchObject({
      code: 'HOSTVITALS_STORE_CONFIGURATION',
      nextStep: expect.stringContaining('hostvitals migrate'),
    })
    expect((await schemaStatus(store)).current).toBeUndefined()
  })

  it('is accepted one version ahead of the program, and refused two versions ahead', async () => {
    await using database = await freshDatabase()
    await using store = await database.open()
    await migrate(store, days, ignoreEvents)
    await migrate(withMore(store, ['8888-next']), days, ignoreEvents)
    await expect(migrate(store, days, ignoreEvents)).resolves.toEqual([])
    await migrate(withMore(store, ['8888-next', '9999-after-next']), days, ignoreEvents)
    await expect(migrate(store, days, ignoreEvents)).rejects.toThrow('the database is newer than this program')
  })

  it('begins with a raw floor at the start of the oldest day that is kept, which a later start does not move', async () => {
    await using database = await freshDatabase()
    await using store = await database.open()
    await migrate(store, days, ignoreEvents)
    await migrate(store, { ...days, nowMs: days.nowMs + 5 * 86_400_000 }, ignoreEvents)
    expect(await readRawFloor(store)).toBe(Date.UTC(2026, 10, 10))
  })
}

function withMore(store: MetricStore, names: readonly string[]): MetricStore {
  const more = names.map((name) => ({ name, statements: ['select 1'] }))
  return changedStore(store, { migrations: [...store.migrations, ...more] })
}
