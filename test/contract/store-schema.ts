import { readFileSync, writeFileSync } from 'node:fs'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { StoreConfigurationError } from '../../src/runtime/errors.ts'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { ensureSchema, migrate, migrationPlan } from '../../src/store/migrate.ts'
import { readRawFloor } from '../../src/store/partitions.ts'
import { schemaStatus } from '../../src/store/schema-status.ts'
import type { MetricStore } from '../../src/store/store.ts'
import { TestAgent } from '../support/arrived-records.ts'
import { changedStore } from '../support/changed-store.ts'
import { IngestWorld, restlessClock, testDays } from '../support/ingest-world.ts'
import type { StoreHarness } from './store.ts'

const dayMs = 86_400_000
const days = { nowMs: Date.UTC(2026, 10, 24, 8, 15), rawRetentionMs: 14 * dayMs }

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

  it('has each day from the floor on, also those on which nobody was there to make them', async () => {
    await using database = await freshDatabase()
    await using store = await database.open()
    await migrate(store, testDays, ignoreEvents)
    const later = { ...testDays, nowMs: testDays.nowMs + 120 * dayMs }
    const refusal = await ensureSchema(store, 'check', later, ignoreEvents).catch((error: unknown) => error)
    expect(refusal instanceof StoreConfigurationError).toBe(store.traits.hasPartitions)
    await migrate(store, later, ignoreEvents)
    await expect(ensureSchema(store, 'check', later, ignoreEvents)).resolves.toBeUndefined()
    const world = new IngestWorld(store, { clock: restlessClock(later.nowMs) })
    // A host that was away for as long as the consumer was: all of these are after the floor.
    const records = [0, 3, 4, 60, 106, 107, 121].map((day, index) =>
      new TestAgent().record(index + 1, testDays.nowMs + day * dayMs - dayMs),
    )
    expect(await world.takeRecords(...records)).toMatchObject({ records: 7, deadLetters: 0, gaps: 0 })
  })

  it('begins with no floor from before there was any hostvitals, whatever the clock says', async () => {
    await using database = await freshDatabase()
    await using store = await database.open()
    await migrate(store, { ...testDays, nowMs: dayMs }, ignoreEvents)
    const world = new IngestWorld(store)
    await migrate(store, testDays, ignoreEvents)
    expect(await world.takeRecords(new TestAgent().record(1, 2 * dayMs), new TestAgent().record(2))).toMatchObject({
      records: 1,
    })
    expect(await world.gaps()).toEqual(['1-1 expired older than the raw retention'])
  })

  it('begins with a raw floor at the start of the oldest day that is kept, which a later start does not move', async () => {
    await using database = await freshDatabase()
    await using store = await database.open()
    await migrate(store, days, ignoreEvents)
    await migrate(store, { ...days, nowMs: days.nowMs + 5 * dayMs }, ignoreEvents)
    expect(await readRawFloor(store)).toBe(Date.UTC(2026, 10, 10))
  })
}

function withMore(store: MetricStore, names: readonly string[]): MetricStore {
  const more = names.map((name) => ({ name, statements: ['select 1'] }))
  return changedStore(store, { migrations: [...store.migrations, ...more] })
}
