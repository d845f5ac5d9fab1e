import { expect, it } from 'vitest'
import { usualRetention } from '../../src/store/retention/keep-until.ts'
import { moveRawFloor } from '../../src/store/retention/move-floor.ts'
import { oldParts } from '../../src/store/retention/drop-old.ts'
import { pruneOnce } from '../../src/store/retention/prune-once.ts'
import { startOfDay } from '../../src/store/partitions.ts'
import type { MetricStore } from '../../src/store/store.ts'
import { consumerNowMs, gaugeOf, TestAgent, timerOf } from '../support/arrived-records.ts'
import { inWorld, restlessClock, type IngestWorld } from '../support/ingest-world.ts'
import { rollUpAll } from '../support/tier-history.ts'
import type { StoreHarness } from './store.ts'

const dayMs = 86_400_000
const today = startOfDay(consumerNowMs)
const tenDays = { ...usualRetention, rawMs: 10 * dayMs }

function dayAt(daysAgo: number): number {
  return consumerNowMs - daysAgo * dayMs
}

/** A reading and a timer on each of these days. */
async function takeDays(world: IngestWorld, days: readonly number[]): Promise<void> {
  const agent = new TestAgent()
  const records = days.map((daysAgo, index) =>
    agent.record(index + 1, dayAt(daysAgo), [gaugeOf('load', daysAgo), timerOf('wait', dayAt(daysAgo))]),
  )
  await world.takeRecords(...records)
}

async function rawDays({ codec, database }: MetricStore): Promise<readonly number[]> {
  const rows = await database.selectFrom('scrape').select('time').orderBy('time').execute()
  return rows.map((row) => (today - startOfDay(codec.timeMs(row.time))) / dayMs)
}

async function tierDays({ codec, database }: MetricStore, resolution: number): Promise<readonly number[]> {
  const rows = await database
    .selectFrom('histogram_rollup')
    .select('time')
    .where('resolution', '=', resolution)
    .orderBy('time')
    .execute()
  return rows.map((row) => (today - startOfDay(codec.timeMs(row.time))) / dayMs)
}

async function prune(store: MetricStore, retention = tenDays, nowMs = consumerNowMs): Promise<readonly number[]> {
  const waits: number[] = []
  const clock = restlessClock(nowMs)
  const signal = new AbortController().signal
  await pruneOnce({ store, retention, clock, signal, waiting: (seconds) => waits.push(seconds) })
  return waits
}

/** What is older than what is kept goes: whole days of raw, buckets of the tiers by their age, and nothing that waits. */
export function describeRetention(harness: StoreHarness): void {
  it('drops the days before the floor a minute after it was moved, and keeps their tiers', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      await takeDays(world, [13, 11, 10, 1, 0])
      await rollUpAll(store, consumerNowMs + dayMs)
      expect(await prune(store)).toEqual([60])
      expect(await rawDays(store)).toEqual([10, 1, 0])
      expect(await tierDays(store, 600)).toEqual([13, 11, 10, 1, 0])
      // Nothing is left to do, and what comes too late now is told as expired.
      expect(await prune(store)).toEqual([])
      await world.takeRecords(new TestAgent().record(6, dayAt(11), [gaugeOf('load', 1)]))
      expect(await rawDays(store)).toEqual([10, 1, 0])
      expect(await world.gaps()).toEqual([expect.stringMatching(/^6-6 expired/)])
    }))

  it('never drops a day with a bucket that waits to be computed', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      await takeDays(world, [13, 11, 0])
      await rollUpAll(store, dayAt(12))
      expect(await moveRawFloor(store, tenDays, consumerNowMs)).toBe(today - 11 * dayMs)
      await prune(store)
      expect(await rawDays(store)).toEqual([11, 0])
      // Also where the mark came after the floor was moved, from a batch that was under way.
      await rollUpAll(store, consumerNowMs + dayMs)
      expect(await moveRawFloor(store, tenDays, consumerNowMs)).toBe(today - 10 * dayMs)
      const late = { resolution: 600, host_id: 1, time: store.codec.time(today - 11 * dayMs) }
      await store.database.insertInto('rollup_dirty').values(late).execute()
      await prune(store)
      expect(await rawDays(store)).toEqual([11, 0])
    }))

  it('drops the tiers by their age', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      await takeDays(world, [13, 11, 6, 0])
      await rollUpAll(store, consumerNowMs + dayMs)
      await prune(store, { rawMs: 2 * dayMs, tenMinutesMs: 7 * dayMs, hoursMs: 12 * dayMs })
      expect(await rawDays(store)).toEqual([0])
      expect(await tierDays(store, 600)).toEqual([6, 0])
      expect(await tierDays(store, 3600)).toEqual([11, 6, 0])
    }))

  it('says what would go, and moves nothing for it', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      await takeDays(world, [13, 0])
      await rollUpAll(store, consumerNowMs + dayMs)
      const parts = await oldParts(store, tenDays, { nowMs: consumerNowMs, floorMs: today - 10 * dayMs })
      expect(new Set(parts.map(({ tier }) => tier))).toEqual(new Set(['raw']))
      expect(parts.length).toBeGreaterThanOrEqual(2)
      expect(await rawDays(store)).toEqual([13, 0])
    }))

  it('is not led by a clock that is a century ahead', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      await takeDays(world, [8, 0])
      await rollUpAll(store, consumerNowMs + dayMs)
      await prune(store, tenDays, consumerNowMs + 36_500 * dayMs)
      expect(await rawDays(store)).toEqual([8, 0])
    }))
}
