import { expect, it } from 'vitest'
import { answer, type Question } from '../../src/query/answer/answer.ts'
import { rollUp } from '../../src/store/rollup/roll-up.ts'
import type { MetricStore } from '../../src/store/store.ts'
import { TestAgent } from '../support/arrived-records.ts'
import { inWorld, type IngestWorld } from '../support/ingest-world.ts'
import { rollUpAll, storedTiers, tierBeginMs, tierNowMs, tierRecords } from '../support/tier-history.ts'
import type { StoreHarness } from './store.ts'

const tenMs = 600_000
const hourMs = 3_600_000

async function marks({ database }: MetricStore): Promise<number> {
  return (await database.selectFrom('rollup_dirty').select('host_id').execute()).length
}

interface Trend {
  readonly time: number
  readonly count: number
  readonly average: number | null
  readonly last: number
}

async function trendOf(
  { codec, database }: MetricStore,
  metric: string,
  resolution: number,
): Promise<readonly Trend[]> {
  const rows = await database
    .selectFrom('trend')
    .selectAll()
    .where('metric', '=', metric)
    .where('resolution', '=', resolution)
    .orderBy('time')
    .execute()
  return rows.map(({ time, count, average, last }) => {
    return { time: (codec.timeMs(time) - tierBeginMs) / 60_000, count: Number(count), average, last }
  })
}

/** Totals of a counter, as [minutes since the begin, total]. */
async function takeTotals(
  world: IngestWorld,
  run: bigint,
  totals: readonly (readonly [number, number])[],
): Promise<void> {
  const agent = new TestAgent({ run })
  const series = { name: 'a.counter', unit: 'By', kind: 'counter' as const, attributes: {} }
  for (const [index, [minutes, value]] of totals.entries())
    await world.takeRecords(agent.record(index + 1, tierBeginMs + minutes * 60_000, [{ series, value }]))
}

/** The ten-minute and hourly tiers: computed from what was marked, once, whatever came when. */
export function describeTiers(harness: StoreHarness): void {
  it('ten minutes and hours say what `query` computes from raw', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      await world.takeRecords(...tierRecords())
      await rollUpAll(store)
      expect(await marks(store)).toBe(0)
      const range = { attributes: {}, host: 'web-2', fromMs: tierBeginMs, toMs: tierBeginMs + 3 * hourMs }
      const ask = async (metric: string, stepMs: number, form?: 'increase'): Promise<readonly (number | null)[][]> => {
        const question: Question = { ...range, metric, stepMs, ...(form === undefined ? {} : { form }) }
        return (await answer(store, question)).series.map(({ points }) => points.map(([, value]) => value))
      }
      for (const [resolution, stepMs] of [
        [600, tenMs],
        [3600, hourMs],
      ] as const) {
        for (const metric of ['t.load', 't.guest', 't.bytes', 't.own']) {
          const isCounter = metric === 't.bytes' || metric === 't.own'
          const [fromRaw = []] = await ask(metric, stepMs, isCounter ? 'increase' : undefined)
          const rows = await store.database
            .selectFrom('trend')
            .selectAll()
            .where('metric', '=', metric)
            .where('host', '=', 'web-2')
            .where('resolution', '=', resolution)
            .execute()
          const told = new Map(rows.map((row) => [store.codec.timeMs(row.time), row.average]))
          const fromTier = fromRaw.map((_, index) => {
            const average = told.get(tierBeginMs + index * stepMs) ?? null
            return average === null || !isCounter ? average : average * resolution
          })
          expect(fromTier.length).toBe((3 * hourMs) / stepMs)
          expect(fromTier.filter((value) => value !== null).length).toBeGreaterThan(1)
          expect(fromTier.map(rounded)).toEqual(fromRaw.map(rounded))
        }
        const percentiles = await ask('t.wait', stepMs)
        const timings = await store.database
          .selectFrom('histogram_rollup')
          .innerJoin('host', 'host.host_id', 'histogram_rollup.host_id')
          .select(['time', 'p50', 'p90', 'p95', 'p99', 'min', 'max'])
          .where('host.name', '=', 'web-2')
          .where('resolution', '=', resolution)
          .orderBy('time')
          .execute()
        const known = timings.map(({ p50, p90, p95, p99, min, max }) => [p50, p90, p95, p99, min, max])
        expect(known.length).toBeGreaterThan(2)
        expect(known).toEqual(known.map((_, index) => percentiles.map((line) => line[index])))
      }
    }))

  it('`query` answers the same from a tier as from raw, also where a part is not computed yet, and where raw is gone', async () =>
    inWorld(harness, async (world) => {
      const { codec, database } = world.store
      const records = tierRecords()
      await world.takeRecords(...records.filter((_, at) => at % 20 !== 19))
      await rollUpAll(world.store, tierBeginMs + 2 * hourMs + 60_000)
      const range = { attributes: {}, fromMs: tierBeginMs - 12 * hourMs, toMs: tierBeginMs + 3 * hourMs }
      const questions: readonly Question[] = [
        { ...range, metric: 't.load', stepMs: tenMs },
        { ...range, metric: 't.load', stepMs: 2 * hourMs, host: 'web-1' },
        { ...range, metric: 't.guest', stepMs: hourMs },
        { ...range, metric: 't.bytes', stepMs: tenMs, form: 'increase' },
        { ...range, metric: 't.own', stepMs: 2 * tenMs, form: 'increase', by: 'role' },
        { ...range, metric: 't.wait', stepMs: tenMs },
        { ...range, metric: 't.wait', stepMs: hourMs, by: 'role' },
      ]
      const ask = async (question: Question): Promise<unknown> => {
        const { series } = await answer(world.store, question)
        expect(series.length).toBeGreaterThan(0)
        return series
          .map(({ points, host, attributes, statistic }) => {
            return { host, attributes, statistic, points: points.map(([at, value]) => [at, rounded(value)]) }
          })
          .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      }
      const compare = async (): Promise<void> => {
        for (const question of questions)
          expect([question, await ask(question)]).toEqual([question, await ask({ ...question, isRaw: true })])
      }
      await compare()
      // Late ones, whose buckets wait again.
      await world.takeRecords(...records.filter((_, at) => at % 20 === 19))
      await compare()
      await rollUpAll(world.store)
      const fromRaw: unknown[] = []
      for (const question of questions) fromRaw.push(await ask({ ...question, isRaw: true }))
      await database.deleteFrom('scrape').execute()
      await database.deleteFrom('histogram').execute()
      const floorMs = tierBeginMs + 24 * hourMs
      await database
        .updateTable('raw_floor')
        .set({ time: codec.time(floorMs) })
        .execute()
      for (const [index, question] of questions.entries()) expect(await ask(question)).toEqual(fromRaw[index])
    }))

  it('a series that changed its layout within a bucket stands in it once, and all of a host share a row', async () =>
    inWorld(harness, async (world) => {
      await world.takeRecords(...tierRecords())
      await rollUpAll(world.store)
      const rows = await world.store.database.selectFrom('rollup').select(['resolution', 'host_id', 'time']).execute()
      const keys = rows.map((row) => `${row.resolution}/${row.host_id}/${world.store.codec.timeMs(row.time)}`)
      expect(new Set(keys).size).toBe(keys.length)
      expect(keys.length).toBe(3 * (15 + 3))
      const trends = await trendOf(world.store, 't.load', 600)
      expect(trends.filter(({ time }) => time === 10).map(({ count }) => count)).toEqual([12, 12, 12])
    }))

  it('whatever the order and the pieces in which records come, and whenever it is computed, the tiers are the same', async () =>
    inWorld(harness, async (world) => {
      await world.takeRecords(...tierRecords())
      await rollUpAll(world.store)
      const expected = await storedTiers(world.store)
      expect(expected.length).toBeGreaterThan(200)
      for (const stride of [5, 97]) {
        await inWorld(harness, async (other) => {
          const records = tierRecords()
          // Late ones after a bucket was computed: every stride-th record first, then the others.
          const pieces = [
            records.filter((_, at) => at % stride === 0),
            records.filter((_, at) => at % stride > stride / 2),
            records.filter((_, at) => at % stride > 0 && at % stride <= stride / 2),
          ]
          for (const piece of pieces) {
            await other.takeRecords(...piece)
            await rollUpAll(other.store)
          }
          expect(await storedTiers(other.store), `stride ${stride}`).toEqual(expected)
        })
      }
    }))

  it('computes nothing that was not marked, and nothing that has not ended', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      await takeTotals(world, 1n, [
        [1, 10],
        [2, 20],
      ])
      expect(await rollUp(store, { nowMs: tierBeginMs + tenMs, hostsAtOnce: 9 })).toEqual({ outcome: 'idle' })
      expect(await marks(store)).toBe(2)
      expect(await rollUp(store, { nowMs: tierBeginMs + tenMs + 60_000, hostsAtOnce: 9 })).toMatchObject({
        outcome: 'done',
        bucket: { resolution: 600, fromMs: tierBeginMs, hostIds: [expect.any(Number)] },
      })
      expect(await marks(store)).toBe(1)
      expect(await trendOf(store, 'a.counter', 600)).toEqual([{ time: 0, count: 2, average: 10 / 600, last: 20 }])
      expect(await trendOf(store, 'a.counter', 3600)).toEqual([])
      expect(await rollUpAll(store)).toBe(1)
      expect(await trendOf(store, 'a.counter', 3600)).toEqual([{ time: 0, count: 2, average: 10 / 3600, last: 20 }])
    }))

  it('a late reading moves the growth of the next bucket, too, and of its hour', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      await takeTotals(world, 1n, [
        [51, 100],
        [61, 200],
      ])
      await rollUpAll(store)
      expect(await trendOf(store, 'a.counter', 600)).toMatchObject([{ average: null }, { average: 100 / 600 }])
      await takeTotals(world, 2n, [[59, 150]])
      await rollUpAll(store)
      expect(await trendOf(store, 'a.counter', 600)).toEqual([
        { time: 50, count: 2, average: 50 / 600, last: 150 },
        { time: 60, count: 1, average: 50 / 600, last: 200 },
      ])
      expect(await trendOf(store, 'a.counter', 3600)).toEqual([
        { time: 0, count: 2, average: 50 / 3600, last: 150 },
        { time: 60, count: 1, average: 50 / 3600, last: 200 },
      ])
    }))

  it('takes the growth from the former bucket where its raw rows are gone, and does not compute that one again', async () =>
    inWorld(harness, async (world) => {
      const { codec, database } = world.store
      await takeTotals(world, 1n, [
        [1, 100],
        [9, 150],
      ])
      await rollUpAll(world.store)
      const floorMs = tierBeginMs + tenMs
      await database.deleteFrom('scrape').execute()
      await takeTotals(world, 2n, [[12, 170]])
      await database
        .updateTable('raw_floor')
        .set({ time: codec.time(floorMs) })
        .execute()
      await rollUpAll(world.store)
      // What a batch that was under way stored meanwhile.
      await database
        .updateTable('raw_floor')
        .set({ time: codec.time(tierBeginMs) })
        .execute()
      await takeTotals(world, 3n, [[2, 120]])
      await database
        .updateTable('raw_floor')
        .set({ time: codec.time(floorMs) })
        .execute()
      await rollUpAll(world.store)
      expect(await trendOf(world.store, 'a.counter', 600)).toEqual([
        { time: 0, count: 2, average: 50 / 600, last: 150 },
        { time: 10, count: 1, average: 20 / 600, last: 170 },
      ])
    }))

  it('leaves the work to whoever is at it, and the marks that a batch holds for later', async () =>
    inWorld(harness, async (world, open) => {
      const { store } = world
      if (!store.traits.supportsRowLocks) return
      await takeTotals(world, 1n, [[1, 1]])
      await using other = await open()
      await other.transaction(async ({ sql }) => {
        await sql.selectFrom('raw_floor').selectAll().forUpdate().execute()
        expect(await rollUp(store, { nowMs: tierNowMs, hostsAtOnce: 9 })).toEqual({ outcome: 'busy' })
      })
      await other.transaction(async ({ sql }) => {
        await sql.selectFrom('rollup_dirty').selectAll().forUpdate().execute()
        expect(await rollUp(store, { nowMs: tierNowMs, hostsAtOnce: 9 })).toEqual({ outcome: 'busy' })
      })
      expect(await marks(store)).toBe(2)
      await rollUpAll(store)
      expect(await marks(store)).toBe(0)
    }))
}

function rounded(value: number | null): string | null {
  return value === null ? null : value.toPrecision(9)
}
