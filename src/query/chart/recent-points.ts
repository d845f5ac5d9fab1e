import { type CounterReading, increaseTo } from '../../metric/increase.ts'
import type { Attributes } from '../../metric/sample.ts'
import type { MetricStore } from '../../store/store.ts'
import type { KnownHost } from '../host/hosts.ts'
import type { DescribedMetric } from '../known-metrics.ts'
import { readPacked, RowBudget } from '../packed-rows.ts'
import type { LayoutPicks } from '../picks.ts'
import { type TimingStatistic, timingStatistics } from './timing-lines.ts'
import { readTimings } from './timing-rows.ts'

/** A point that came lately; a counter's is its rate a second since the reading before. */
export interface RecentPoint {
  readonly metric: string
  readonly hostUid: string
  readonly attributes: Attributes
  readonly statistic?: TimingStatistic
  readonly timeMs: number
  readonly value: number | null
}

/** Which points. */
export interface RecentQuestion {
  readonly hosts: readonly KnownHost[]
  readonly metrics: readonly DescribedMetric[]
  /** Where the series of these metrics stand. */
  readonly picks: readonly LayoutPicks[]
  /** From this time on; the readings before it are looked at for the counters. */
  readonly sinceMs: number
  readonly nowMs: number
}

const mostRows = 100_000
const usualIntervalMs = 60_000
/** Hosts' clocks may be a little ahead. */
const aheadMs = 60_000

/** The points since a time, those of one line in the order of time. Throws LimitError for too many. */
export async function readRecentPoints(store: MetricStore, question: RecentQuestion): Promise<readonly RecentPoint[]> {
  const { hosts, metrics, picks, sinceMs, nowMs } = question
  if (hosts.length === 0 || metrics.length === 0) return []
  const known = new Map(hosts.map((host) => [host.hostId, host]))
  const ofSeries = new Map<number, { readonly metric: DescribedMetric; readonly attributes: Attributes }>()
  for (const metric of metrics) {
    for (const [seriesId, attributes] of metric.series) ofSeries.set(seriesId, { metric, attributes })
  }
  const longestMs = hosts.reduce((most, { intervalMs = usualIntervalMs }) => Math.max(most, intervalMs), 0)
  const hostIds = hosts.length > 200 ? undefined : [...known.keys()]
  const rowsPerSecond = hosts.reduce((sum, { intervalMs = usualIntervalMs }) => sum + 1000 / intervalMs, 0)
  const range = { hostIds, toMs: nowMs + aheadMs, rowsPerSecond }
  const points: RecentPoint[] = []
  const former = new Map<string, CounterReading>()
  const layouts = new Map(picks.map((each) => [each.layoutId, each]))
  const numbers = readPacked(store, { ...range, picks, fromMs: sinceMs - 3 * longestMs }, new RowBudget(mostRows))
  for await (const rows of numbers) {
    for (const { hostId, layoutId, timeMs, values } of rows) {
      const host = known.get(hostId)
      for (const [index, seriesId] of (layouts.get(layoutId)?.seriesIds ?? []).entries()) {
        const value = values[index] ?? Number.NaN
        const of = ofSeries.get(seriesId)
        if (host === undefined || of === undefined || Number.isNaN(value)) continue
        const key = `${hostId}/${seriesId}`
        const shown = of.metric.kind === 'counter' ? rateOf(former.get(key), { timeMs, total: value }) : value
        former.set(key, { timeMs, total: value })
        if (timeMs < sinceMs) continue
        const { metric, attributes } = of
        points.push({ metric: metric.name, hostUid: host.agentUid, attributes, timeMs, value: shown })
      }
    }
  }
  const timers = metrics.filter(({ kind }) => kind === 'histogram').flatMap(({ series }) => Array.from(series.keys()))
  const timings = readTimings(store, { ...range, seriesIds: timers, fromMs: sinceMs }, new RowBudget(mostRows))
  for await (const rows of timings) {
    for (const { hostId, seriesId, timeMs, durationMs, histogram, p50, p95, p99 } of rows) {
      const host = known.get(hostId)
      const of = ofSeries.get(seriesId)
      if (host === undefined || of === undefined) continue
      const rate = durationMs > 0 ? (histogram.count * 1000) / durationMs : null
      const values = { p50, p95, p99, rate }
      const same = { metric: of.metric.name, hostUid: host.agentUid, attributes: of.attributes, timeMs }
      for (const statistic of timingStatistics) points.push({ ...same, statistic, value: values[statistic] })
    }
  }
  return points
}

function rateOf(former: CounterReading | undefined, reading: CounterReading): number | null {
  const increase = former === undefined ? undefined : increaseTo(reading, former, undefined)
  return increase === undefined ? null : (increase.amount * 1000) / (increase.toMs - increase.fromMs)
}
