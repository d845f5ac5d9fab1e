import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { StoreUnavailableError } from '../../src/runtime/errors.ts'
import { ignoreEvents, type Emit } from '../../src/runtime/events.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { runDailyUpkeep } from '../../src/store/daily-upkeep.ts'
import { migrate } from '../../src/store/migrate.ts'
import { startOfDay } from '../../src/store/partitions.ts'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import type { MetricStore } from '../../src/store/store.ts'
import { TestAgent, consumerNowMs } from '../support/arrived-records.ts'
import { changedStore } from '../support/changed-store.ts'
import { IngestWorld, testDays } from '../support/ingest-world.ts'
import { startProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const { rawRetentionMs } = testDays

const tableOf = (ms: number): string => `day_${new Date(ms).toISOString().slice(0, 10).replaceAll('-', '')}`

async function daysOf({ database }: MetricStore): Promise<readonly string[]> {
  const rows = await database
    .withTables<SchemaTable>()
    .selectFrom('sqlite_schema')
    .select('name')
    .where('name', 'like', 'day_2%')
    .orderBy('name')
    .execute()
  return rows.map(({ name }) => name)
}

// A type and no interface: Kysely asks for an index signature, which only a type literal has by itself.
type SchemaTable = { readonly sqlite_schema: { readonly name: string } }

/** A real database whose days are tables of their own, so that what is made and what is missing can be seen. */
function withDays(store: MetricStore): MetricStore {
  return changedStore(store, {
    traits: { ...store.traits, hasPartitions: true },
    partitionStatements: async (fromMs, toMs) => {
      const existing = await daysOf(store)
      const wanted = Array.from({ length: Math.round((toMs - fromMs) / dayMs) }, (_, at) =>
        tableOf(fromMs + at * dayMs),
      )
      return wanted.filter((name) => !existing.includes(name)).map((name) => `create table ${name} (x)`)
    },
  })
}

interface Kept extends AsyncDisposable {
  readonly clock: VirtualClock
  readonly events: string[]
  readonly stop: () => Promise<void>
}

/** Runs the upkeep on a clock that the test moves. */
function keep(store: MetricStore, mode: 'auto' | 'check' = 'auto', startMs = consumerNowMs): Kept {
  const clock = new VirtualClock(startMs)
  const events: string[] = []
  const emit: Emit = (name, data) => void events.push(`${name} ${JSON.stringify(data)}`)
  const end = new AbortController()
  const running = runDailyUpkeep(
    { store, migrate: mode, rawRetentionMs, clock, random: systemRandom, emit },
    end.signal,
  )
  const stop = async (): Promise<void> => {
    end.abort(new Error('enough'))
    await running
  }
  return { clock, events, stop, [Symbol.asyncDispose]: stop }
}

async function withStore(test: (store: MetricStore) => Promise<void>): Promise<void> {
  await using folder = await temporaryFolder('upkeep')
  await using store = await openSqliteStore({ file: join(folder.path, 'metrics.db'), durable: false })
  await migrate(store, testDays, ignoreEvents)
  await test(withDays(store))
}

/** Lets time pass, a step a look, until it is so; while the upkeep works, on a thread in real time, the clock stands. */
async function until(clock: VirtualClock, isSo: () => Promise<boolean> | boolean, stepMs = 60_000): Promise<void> {
  while (!(await isSo())) {
    if (clock.isSleptOn) await clock.advance(stepMs)
    else await new Promise((resolve) => setImmediate(resolve))
  }
}

it('makes the days from the oldest that is kept to the day after tomorrow, and another one each day', async () =>
  withStore(async (store) => {
    await using kept = keep(store)
    const today = consumerNowMs
    await until(kept.clock, async () => (await daysOf(store)).length >= 17)
    const days = await daysOf(store)
    expect([days[0], days.at(-1), days.length]).toEqual([
      tableOf(today - rawRetentionMs),
      tableOf(today + 2 * dayMs),
      17,
    ])
    for (const ahead of [3, 4]) {
      await until(kept.clock, async () => (await daysOf(store)).at(-1) !== tableOf(today + (ahead - 1) * dayMs), hourMs)
      expect((await daysOf(store)).at(-1)).toBe(tableOf(today + ahead * dayMs))
      // Not before the day began that needs it.
      expect(kept.clock.now()).toBeGreaterThanOrEqual(startOfDay(today) + (ahead - 2) * dayMs)
    }
    expect(kept.events).toEqual([])
  }))

it('gives up gaps that are older than raw is kept, and says how many', async () =>
  withStore(async (store) => {
    const world = new IngestWorld(store)
    await world.takeRecords(new TestAgent().record(3))
    await using kept = keep(store)
    await until(kept.clock, async () => (await daysOf(store)).length >= 17)
    expect(await world.gaps()).toEqual(['1-2 open'])
    await until(kept.clock, async () => (await world.gaps())[0] !== '1-2 open', hourMs)
    expect(kept.clock.now()).toBeGreaterThan(consumerNowMs + rawRetentionMs)
    expect(await world.gaps()).toEqual(['1-2 lost never arrived'])
    await until(kept.clock, () => kept.events.length > 0)
    expect(kept.events).toEqual([`upkeep.gaps-given-up ${JSON.stringify({ store: store.label, gaps: 1 })}`])
  }))

it('is told once when it fails, and tried again until it works', async () =>
  withStore(async (store) => {
    let tries = 0
    const failing = changedStore(store, {
      partitionStatements: async (fromMs, toMs) => {
        if (++tries <= 3) throw new StoreUnavailableError('metrics: the database is away', { nextStep: 'start it' })
        return store.partitionStatements(fromMs, toMs)
      },
    })
    await using kept = keep(failing)
    await until(kept.clock, () => tries > 0)
    await until(kept.clock, async () => (await daysOf(store)).length >= 17)
    expect(tries).toBeGreaterThan(3)
    expect(kept.events).toEqual([
      `upkeep.failing ${JSON.stringify({ store: store.label, reason: 'metrics: the database is away', nextStep: 'start it' })}`,
    ])
  }))

it('makes nothing where it may only check, and says before tomorrow is missing what to run', async () =>
  withStore(async (store) => {
    // What `hostvitals migrate` makes.
    await migrate(store, testDays, ignoreEvents)
    await using kept = keep(store, 'check')
    await until(kept.clock, () => kept.events.length > 0, hourMs)
    // Today, tomorrow and the day after were there at the start: the first to be missing as a tomorrow is told two days on.
    expect(kept.clock.now()).toBeGreaterThanOrEqual(startOfDay(consumerNowMs) + 2 * dayMs)
    expect(kept.events).toEqual([`upkeep.due ${JSON.stringify({ store: store.label, days: 1 })}`])
    expect(await daysOf(store)).toHaveLength(17)
  }))

it('ends with its signal, also while it fails', async () =>
  withStore(async (store) => {
    const failing = changedStore(store, {
      partitionStatements: () => Promise.reject(new StoreUnavailableError('metrics: the database is away')),
    })
    const kept = keep(failing)
    await until(kept.clock, () => kept.events.length > 0)
    await kept.stop()
    expect(kept.events).toHaveLength(1)
  }))

/** A database with a gap that was noted a month ago. */
async function fileWithOldGap(folder: string): Promise<string> {
  const file = join(folder, 'metrics.db')
  await using store = await openSqliteStore({ file, durable: false })
  await migrate(store, testDays, ignoreEvents)
  await new IngestWorld(store).takeRecords(new TestAgent().record(3))
  const noted = store.codec.time(Date.now() - 30 * dayMs)
  await store.database.updateTable('ingest_gap').set({ noted_at: noted }).execute()
  return file
}

describe('is done at the start of', () => {
  it('`up`', async () => {
    await using folder = await temporaryFolder('upkeep')
    await fileWithOldGap(folder.path)
    await using program = startProgram(['up', '--data', folder.path])
    await program.line(/"event":"upkeep.gaps-given-up".*"gaps":1/)
    expect((await program.stop()).code).toBe(130)
  })

  it('`consume`', async () => {
    await using folder = await temporaryFolder('upkeep')
    const file = await fileWithOldGap(folder.path)
    const kafka = { brokers: inject('kafkaBrokers').split(','), topic: `t-${randomUUID()}` }
    const config = (name: string, call: string): Promise<void> =>
      writeFile(join(folder.path, `${name}.config.ts`), `import * as h from 'hostvitals'\nexport default h.${call}\n`)
    await writeFile(join(folder.path, 'package.json'), '{ "type": "module" }')
    await config('kafka', `defineKafka(${JSON.stringify(kafka)})`)
    await config('consumer', `defineConsumer({ store: h.sqlite(${JSON.stringify(file)}) })`)
    await using program = startProgram(['consume', '--config', folder.path])
    await program.line(/"event":"upkeep.gaps-given-up".*"gaps":1/)
    expect((await program.stop()).code).toBe(130)
  })
})
