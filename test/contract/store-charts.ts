import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Sample } from '../../src/metric/sample.ts'
import { readCharts, type ChartsQuestion } from '../../src/query/chart/charts.ts'
import { findHosts } from '../../src/query/host/hosts.ts'
import type { MetricStore } from '../../src/store/store.ts'
import { consumerNowMs, gaugeOf, TestAgent, timerOf } from '../support/arrived-records.ts'
import { inWorld } from '../support/ingest-world.ts'
import type { StoreHarness } from './store.ts'

const nowMs = consumerNowMs

/** Charts are the same on every database. */
export function describeCharts(harness: StoreHarness): void {
  const web = new TestAgent()
  const other = new TestAgent({ agentUid: 'a0000000-0000-4000-8000-000000000002', name: 'db-2' })

  it('gives mean, least and most of each step, and joins no gap', async () =>
    inWorld(harness, async (world) => {
      const times = [120, 110, 100, 90, 30, 20].map((seconds) => nowMs - seconds * 1000)
      await world.takeRecords(...times.map((timeMs, index) => web.record(index + 1, timeMs, [gaugeOf('load', index)])))
      const { charts, stepMs, tier } = await chartsOf(world.store, { metrics: ['load'], points: 6 })
      expect([stepMs, tier]).toEqual([20_000, 'raw'])
      const [line] = charts[0]?.lines ?? []
      expect(line).toMatchObject({ host: 'web-1', hostUid: web.agentUid, attributes: {} })
      expect(line?.average).toEqual([0.5, 2.5, null, null, 4, 5])
      expect(line?.min).toEqual([0, 2, null, null, 4, 5])
      expect(line?.max).toEqual([1, 3, null, null, 4, 5])
      expect(charts[0]?.times).toEqual([120, 100, 80, 60, 40, 20].map((seconds) => nowMs - seconds * 1000))
    }))

  it('holds a value through the steps of a metric that is read more rarely than they are long', async () =>
    inWorld(harness, async (world) => {
      const times = [120, 90, 60, 30].map((seconds) => nowMs - seconds * 1000)
      await world.takeRecords(...times.map((timeMs, index) => web.record(index + 1, timeMs, [gaugeOf('slow', index)])))
      const { charts } = await chartsOf(world.store, { metrics: ['slow'], points: 12 })
      expect(charts[0]?.lines[0]?.average).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, null, null])
    }))

  it('gives a counter as its rate, by time, over a reset as well', async () =>
    inWorld(harness, async (world) => {
      const totals = [100, 200, 400, 10, 60, 110]
      await world.takeRecords(
        ...totals.map((total, index) =>
          web.record(index + 1, nowMs - 60_000 + index * 10_000, [counterOf('sent', total, { to: 'a' })]),
        ),
      )
      const { charts } = await chartsOf(world.store, { metrics: ['sent'], fromMs: nowMs - 60_000, points: 6 })
      expect(charts[0]).toMatchObject({ unit: 'By/s', kind: 'counter' })
      expect(charts[0]?.lines[0]?.average).toEqual([10, 20, 1, 5, 5, null])
    }))

  it('finds each series where it stands in its row, whatever else is in it, and what is missing is missing', async () =>
    inWorld(harness, async (world) => {
      await world.takeRecords(
        web.record(1, nowMs - 20_000, round(1)),
        web.record(2, nowMs - 10_000, round(2)),
        other.record(1, nowMs - 10_000, [gaugeOf('z', 50, { at: 'last' }), gaugeOf('a', 60)]),
      )
      const asked = { metrics: ['a', 'z'], fromMs: nowMs - 20_000, points: 2 }
      const { charts } = await chartsOf(world.store, asked)
      expect(linesOf(charts[0])).toEqual([
        ['db-2', {}, [null, 60]],
        ['web-1', {}, [2, 3]],
      ])
      expect(linesOf(charts[1])).toEqual([
        ['db-2', { at: 'last' }, [null, 50]],
        ['web-1', { at: 'first' }, [1, 2]],
        ['web-1', { at: 'last' }, [3, null]],
      ])
      const few = await chartsOf(world.store, { ...asked, attributes: { at: 'last' }, metrics: ['z'], isSum: true })
      expect(linesOf(few.charts[0])).toEqual([['sum of 2 hosts', { at: 'last' }, [3, 50]]])
      const top = await chartsOf(world.store, { ...asked, top: 1 })
      expect(top.charts.map((chart) => [chart.lines.map(({ host }) => host), chart.linesLeftOut])).toEqual([
        [['db-2'], 1],
        [['db-2'], 2],
      ])
    }))

  it('merges a timer step by step: percentiles, rate and heatmap', async () =>
    inWorld(harness, async (world) => {
      const times = [40, 30, 20, 10].map((seconds) => nowMs - seconds * 1000)
      await world.takeRecords(
        ...times.map((timeMs, index) => web.record(index + 1, timeMs, [timerOf('api.health', timeMs)])),
      )
      const { charts } = await chartsOf(world.store, { metrics: ['api.health'], fromMs: nowMs - 40_000, points: 2 })
      const [chart] = charts
      expect(chart?.lines.map(({ statistic, average }) => [statistic, average.map((value) => value !== null)])).toEqual(
        ['p50', 'p95', 'p99', 'rate'].map((statistic) => [statistic, [true, true]]),
      )
      expect(chart?.lines.find(({ statistic }) => statistic === 'rate')?.average).toEqual([0.3, 0.3])
      expect(chart?.lines.find(({ statistic }) => statistic === 'p99')?.average).toEqual([4, 4])
      expect(chart?.heatmap).toEqual({
        bounds: [1, 2, 4],
        counts: [
          [2, 2, 2],
          [2, 2, 2],
        ],
      })
    }))

  it('tells where records are lost, by the times of those beside them', async () =>
    inWorld(harness, async (world) => {
      await world.takeRecords(
        web.record(1, nowMs - 50_000),
        web.record(5, nowMs - 10_000),
        web.note(6, { run: 7n, fromSeq: 2, toSeq: 4, reason: 'full' }),
      )
      const { charts } = await chartsOf(world.store, { metrics: ['load'] })
      expect(charts[0]?.lost).toEqual([
        { hostUid: web.agentUid, fromMs: nowMs - 50_000, toMs: nowMs - 10_000, reason: 'full' },
      ])
    }))

  it('takes a day from the ten-minute tier as far as that reaches, and the newest part from raw rows', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      const [dayMs, minuteMs] = [86_400_000, 60_000]
      await world.takeRecords(web.record(1, nowMs - dayMs, [gaugeOf('load', 100)]))
      await world.takeRecords(
        web.record(2, nowMs - 10 * minuteMs, [gaugeOf('load', 5)]),
        web.record(3, nowMs - 4 * minuteMs, [gaugeOf('load', 7)]),
      )
      const beginMs = Math.floor((nowMs - dayMs) / 600_000) * 600_000
      const endMs = Math.floor((nowMs - 10 * minuteMs) / 600_000) * 600_000
      await addBuckets(store, { fromMs: beginMs, toMs: endMs })
      await store.database.deleteFrom('rollup_dirty').where('time', '<', store.codec.time(endMs)).execute()
      const { charts, stepMs, tier } = await chartsOf(store, { metrics: ['load'], fromMs: nowMs - dayMs })
      expect([stepMs, tier]).toEqual([600_000, 'tenMinutes'])
      const [line] = charts[0]?.lines ?? []
      expect(line?.average.slice(0, 2)).toEqual([2.5, 2.5])
      expect([line?.min[0], line?.max[0]]).toEqual([1, 4])
      // The bucket under way and the one before it, which waits to be computed, are made of raw rows.
      expect(line?.average.slice(-3)).toEqual([2.5, 5, 7])
      const close = await chartsOf(store, { metrics: ['load'], fromMs: nowMs - 3_600_000, points: 12 })
      expect(close.tier).toBe('raw')
    }))

  it('names a metric and a host that may have been meant, and refuses what is too much', async () =>
    inWorld(harness, async (world) => {
      await world.takeRecords(web.record(1))
      const { store } = world
      await expect(chartsOf(store, { metrics: ['laod'] })).rejects.toMatchObject({ nearest: ['load'] })
      const century = { metrics: ['load'], fromMs: nowMs - 100 * 365 * 86_400_000 }
      await expect(chartsOf(store, century)).rejects.toThrow('longer than ten years')
      await expect(chartsOf(store, { metrics: ['load'], points: 2001 })).rejects.toThrow('points: more than 2000')
      await expect(chartsOf(store, { metrics: ['load'], fromMs: nowMs, toMs: nowMs })).rejects.toThrow('ends before')
    }))

  it('gives the query for a copy, which the database itself understands', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      await world.takeRecords(web.record(1, nowMs - 10_000, [gaugeOf('load', 4), timerOf('api', nowMs - 10_000)]))
      const { charts } = await chartsOf(store, { metrics: ['load', 'api'] })
      for (const chart of charts) {
        const statement = chart.sql.split(';').find((part) => part.includes('SELECT')) ?? ''
        const { rows } = await sql.raw(statement).execute(store.database)
        expect(rows).toHaveLength(1)
      }
    }))
}

async function chartsOf(store: MetricStore, asked: Partial<ChartsQuestion>): ReturnType<typeof readCharts> {
  const hosts = await findHosts(store, {})
  const range = { fromMs: nowMs - 120_000, toMs: nowMs, nowMs }
  return readCharts(store, { metrics: [], hosts, isEveryHost: true, attributes: {}, ...range, ...asked })
}

/** Ten-minute buckets of two readings of 1 and 4, as whoever computes the tier would write them. */
async function addBuckets(
  store: MetricStore,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<void> {
  const { codec, database, schemaName } = store
  const list = (value: number): string => (schemaName === undefined ? `[${value}]` : `{${value}}`)
  if (schemaName !== undefined) {
    await sql`create table hostvitals.rollup_600_all partition of hostvitals.rollup_600 default`.execute(database)
  }
  const scrape = await database.selectFrom('scrape').select(['host_id', 'layout_id']).limit(1).executeTakeFirstOrThrow()
  const rows = Array.from({ length: (toMs - fromMs) / 600_000 }, (_, index) => ({
    resolution: 600,
    time: codec.time(fromMs + index * 600_000),
    ...scrape,
    count: list(2),
    min: list(1),
    max: list(4),
    sum: list(5),
    last: list(4),
  }))
  await database.insertInto('rollup').values(rows).execute()
}

function linesOf(chart: Awaited<ReturnType<typeof readCharts>>['charts'][number] | undefined): readonly unknown[] {
  return (chart?.lines ?? []).map(({ host, attributes, average }) => [host, attributes, average])
}

function counterOf(name: string, value: number, attributes: Readonly<Record<string, string>>): Sample {
  return { series: { name, unit: 'By', kind: 'counter', attributes }, value, startTimeMs: nowMs - 3_600_000 }
}

function round(value: number): readonly Sample[] {
  return [
    gaugeOf('z', value, { at: 'first' }),
    gaugeOf('other', 1000),
    gaugeOf('a', value + 1),
    ...(value === 2 ? [] : [gaugeOf('z', value + 2, { at: 'last' })]),
  ]
}
