import { expect, it } from 'vitest'
import { HistogramAccumulator } from '../../src/metric/exponential-histogram.ts'
import { errorBound } from '../../src/metric/percentile.ts'
import type { ArrivedRecord } from '../../src/metric/record.ts'
import type { Kind, Sample } from '../../src/metric/sample.ts'
import { answer, type Question } from '../../src/query/answer/answer.ts'
import { dropOldStarts } from '../../src/store/catalog/counter-starts.ts'
import type { MetricStore } from '../../src/store/store.ts'
import { consumerNowMs, TestAgent } from '../support/arrived-records.ts'
import { inWorld, type IngestWorld } from '../support/ingest-world.ts'
import { referenceEncode, type ReferencePoint } from '../support/otlp-reference.ts'
import type { StoreHarness } from './store.ts'

const beganMs = consumerNowMs - 600_000
const bootedMs = beganMs - 86_400_000

function numberOf(kind: Kind, value: number, startTimeMs?: number): Sample {
  const series = { name: `a.${kind}`, unit: 'By', kind, attributes: {}, integer: true }
  return { series, value, ...(startTimeMs === undefined ? {} : { startTimeMs }) }
}

function timingOf(timeMs: number, values: readonly number[]): Sample {
  const accumulator = new HistogramAccumulator()
  for (const value of values) accumulator.record(value)
  const histogram = accumulator.take()
  if (histogram === undefined) throw new Error('a timing needs an observation')
  const series = { name: 'a.timer', unit: 's', kind: 'histogram' as const, attributes: {} }
  return { series, histogram, startTimeMs: timeMs - 10_000 }
}

function foreignOf(name: string, dataPoints: readonly ReferencePoint[]): ArrivedRecord {
  const attributes = [{ key: 'host.name', value: { stringValue: 'stranger' } }]
  const scopeMetrics = [{ metrics: [{ name, gauge: { dataPoints } }] }]
  const value = referenceEncode({ resourceMetrics: [{ resource: { attributes }, scopeMetrics }] })
  return { key: undefined, headers: new Map(), value, timestampMs: consumerNowMs }
}

function pointAt(timeMs: number, point: ReferencePoint): ReferencePoint {
  return { timeUnixNano: `${timeMs}000000`, ...point }
}

async function pointsOf(
  store: MetricStore,
  metric: string,
  given: Partial<Question> = {},
): Promise<readonly (readonly [number, number | null])[]> {
  const { series } = await answer(store, { metric, attributes: {}, fromMs: beganMs, toMs: consumerNowMs, ...given })
  // Times from the begin on, in seconds.
  return series.flatMap(({ points }) => points.map(([timeMs, value]) => [(timeMs - beganMs) / 1000, value] as const))
}

/** Totals of one run as [seconds since the begin, total, start]. */
async function takeTotals(world: IngestWorld, run: bigint, totals: readonly (readonly [number, number, number])[]) {
  const agent = new TestAgent({ run })
  const records = totals.map(([seconds, value, startMs], index) =>
    agent.record(index + 1, beganMs + seconds * 1000, [numberOf('counter', value, startMs)]),
  )
  await world.takeRecords(...records)
}

/** Every kind, from the record to what `query` answers. */
export function describeKinds(harness: StoreHarness): void {
  it('a counter of the host goes on over a restart of the agent, and begins anew with a reboot', async () =>
    inWorld(harness, async (world) => {
      const rebootMs = beganMs + 50_000
      await takeTotals(world, 1n, [
        [0, 1000, bootedMs],
        [10, 1010, bootedMs],
      ])
      await takeTotals(world, 2n, [
        [20, 1040, bootedMs],
        [30, 1050, bootedMs],
      ])
      // Larger than before the reboot: only its start tells.
      await takeTotals(world, 3n, [
        [60, 2000, rebootMs],
        [70, 2010, rebootMs],
      ])
      expect(await pointsOf(world.store, 'a.counter', { form: 'increase' })).toEqual([
        [10, 10],
        [20, 30],
        [30, 10],
        [60, 2000],
        [70, 10],
      ])
      expect(await pointsOf(world.store, 'a.counter', { stepMs: 60_000, toMs: beganMs + 120_000 })).toEqual([
        [0, 50 / 30],
        [60, 2010 / 40],
      ])
      const { unit } = await answer(world.store, { metric: 'a.counter', attributes: {}, fromMs: 0, toMs: 1 })
      expect(unit).toBe('By/s')
    }))

  it('increases of adjoining ranges add up, however long before the border the counter was read', async () =>
    inWorld(harness, async (world) => {
      const dayMs = 86_400_000
      const at = async (run: bigint, days: number, totals: readonly (readonly [number, number, number])[]) =>
        takeTotals(
          world,
          run,
          totals.map(([seconds, value, startMs]) => [seconds - days * 86_400, value, startMs] as const),
        )
      const longAgoMs = bootedMs - 30 * dayMs
      await at(1n, 3, [
        [0, 100, longAgoMs],
        [300, 104, longAgoMs],
      ])
      // Other metrics in between, and rows in which the counter gave nothing.
      const agent = new TestAgent({ run: 2n })
      for (let index = 0; index < 30; index++)
        await world.takeRecords(
          agent.record(index + 1, beganMs - 3 * dayMs + 310_000 + index * 1000, [numberOf('gauge', 1)]),
        )
      await at(3n, 0, [
        [100, 150, longAgoMs],
        [400, 160, longAgoMs],
      ])
      const increase = async (fromSeconds: number, toSeconds: number): Promise<number> => {
        const range = { fromMs: beganMs + fromSeconds * 1000, toMs: beganMs + toSeconds * 1000 }
        const points = await pointsOf(world.store, 'a.counter', { form: 'increase', ...range })
        return points.reduce((all, [, value]) => all + (value ?? 0), 0)
      }
      expect(await increase(-4 * 86_400, 500)).toBe(60)
      for (const border of [-2 * 86_400, 0, 250, 399])
        expect((await increase(-4 * 86_400, border)) + (await increase(border, 500)), `${border}`).toBe(60)
      // A reboot before the border and after the former reading: only its start tells.
      await at(4n, 0, [[800, 170, beganMs + 500_000]])
      expect(await increase(600, 900)).toBe(170)
    }))

  it('a counter of the agent begins anew with it, and is whole from its start on', async () =>
    inWorld(harness, async (world) => {
      await takeTotals(world, 1n, [
        [10, 3, beganMs + 5000],
        [20, 5, beganMs + 5000],
      ])
      await takeTotals(world, 2n, [[30, 6, beganMs + 25_000]])
      // Older than what is known already, and late.
      await takeTotals(world, 3n, [[15, 4, beganMs + 5000]])
      expect(await pointsOf(world.store, 'a.counter', { form: 'increase' })).toEqual([
        [10, 3],
        [15, 1],
        [20, 1],
        [30, 6],
      ])
    }))

  it('the start of a counter is noted once, and given up with the raw rows', async () =>
    inWorld(harness, async (world) => {
      await takeTotals(world, 1n, [
        [0, 1, bootedMs],
        [10, 2, bootedMs],
      ])
      const started = async (): Promise<readonly number[]> => {
        const rows = await world.store.database.selectFrom('counter_start').select('start_time').execute()
        return rows.map((row) => world.store.codec.timeMs(row.start_time))
      }
      expect(await started()).toEqual([bootedMs])
      await dropOldStarts(world.store, bootedMs)
      expect(await started()).toEqual([bootedMs])
      await dropOldStarts(world.store, bootedMs + 1)
      expect(await started()).toEqual([])
    }))

  it('gauges and up-down counters are as they were read, and a silence is a null', async () =>
    inWorld(harness, async (world) => {
      const agent = new TestAgent()
      for (const [index, seconds] of [0, 10, 60].entries())
        await world.takeRecords(
          agent.record(index + 1, beganMs + seconds * 1000, [
            numberOf('gauge', 100 - seconds),
            numberOf('updowncounter', 5 - seconds),
          ]),
        )
      expect(await pointsOf(world.store, 'a.gauge')).toEqual([
        [0, 100],
        [10, 90],
        [20, null],
        [60, 40],
      ])
      expect(await pointsOf(world.store, 'a.updowncounter', { stepMs: 30_000, toMs: beganMs + 90_000 })).toEqual([
        [0, 0],
        [30, null],
        [60, -55],
      ])
    }))

  it('percentiles stand in SQL within the bound, and `query` merges a step, also of several hosts', async () =>
    inWorld(harness, async (world) => {
      const observed = Array.from({ length: 1000 }, (_, index) => (index + 1) / 1000)
      const halves = [observed.filter((_, index) => index % 2 === 0), observed.filter((_, index) => index % 2 === 1)]
      for (const [index, values] of halves.entries()) {
        const timeMs = beganMs + index * 10_000
        const agentUid = `a0000000-0000-4000-8000-00000000000${index}`
        const agent = new TestAgent({ agentUid, name: `web-${index}`, labels: { role: 'web' } })
        await world.takeRecords(agent.record(1, timeMs, [timingOf(timeMs, values)]))
      }
      const whole = new HistogramAccumulator()
      for (const value of observed) whole.record(value)
      const bound = errorBound(whole.take()?.scale ?? 20)
      const rows = await world.store.database.selectFrom('timing').selectAll().orderBy('time').execute()
      expect(rows).toHaveLength(2)
      for (const { p50, p90, p95, p99 } of rows)
        for (const [told, exact] of [
          [p50, 0.5],
          [p90, 0.9],
          [p95, 0.95],
          [p99, 0.99],
        ] as const)
          // Of 500 observations each: half a percent is the next rank.
          expect(Math.abs(Number(told) / exact - 1)).toBeLessThanOrEqual(bound + 0.005)
      const question = { metric: 'a.timer', attributes: {}, by: 'role', fromMs: beganMs, toMs: beganMs + 60_000 }
      const { series } = await answer(world.store, { ...question, stepMs: 60_000 })
      expect(series.map(({ host, statistic }) => [host, statistic])).toEqual(
        ['p50', 'p90', 'p95', 'p99', 'min', 'max'].map((statistic) => ['web', statistic]),
      )
      const [p50, p90, p95, p99, min, max] = series.map(({ points }) => points[0]?.[1])
      expect([min, max]).toEqual([0.001, 1])
      for (const [told, exact] of [
        [p50, 0.5],
        [p90, 0.9],
        [p95, 0.95],
        [p99, 0.99],
      ] as const)
        expect(Math.abs(Number(told) / exact - 1)).toBeLessThanOrEqual(bound + 1e-9)
    }))

  it('whole numbers are exact to 2^53, and the nearest double beyond it, told once', async () =>
    inWorld(harness, async (world) => {
      const sent = ['9007199254740991', '-9007199254740991', '9007199254740993', '9223372036854775807']
      const points = sent.map((asInt, index) => pointAt(beganMs + index * 1000, { asInt }))
      await world.takeAt(
        0n,
        foreignOf('m', points),
        foreignOf('m', [pointAt(beganMs + 9000, { asInt: sent[2] ?? '' })]),
      )
      expect(await world.values()).toEqual([-(2 ** 53 - 1), 2 ** 53 - 1, 2 ** 53, 2 ** 53, 2 ** 63])
      expect(world.told('ingest.inexact')).toEqual([{ host: 'stranger', metric: 'm', attributes: '{}' }])
      expect(world.told('ingest.odd-values')).toEqual([{ notFinite: 0, inexact: 3, unsupported: 0 }])
    }))

  it('NaN and infinite numbers are missing, and counted', async () =>
    inWorld(harness, async (world) => {
      const odd = [Number.NaN, Infinity, -Infinity].map((asDouble, index) =>
        pointAt(beganMs + index * 1000, { asDouble }),
      )
      await world.takeAt(0n, foreignOf('m', [...odd, pointAt(beganMs + 5000, { asDouble: 7 })]))
      expect(await world.values()).toEqual([7])
      expect(await pointsOf(world.store, 'm')).toEqual([[5, 7]])
      expect(world.told('ingest.odd-values')).toEqual([{ notFinite: 3, inexact: 0, unsupported: 0 }])
      expect(await world.deadLetters()).toEqual([])
    }))
}
