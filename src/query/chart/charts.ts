import type { MetricStore, Tier } from '../../store/store.ts'
import { type Chart, type ChartContext, numberChart, timingChart } from './chart-lines.ts'
import type { KnownHost } from '../host/hosts.ts'
import { readCounterStarts } from './counter-starts.ts'
import { type DescribedMetric, findMetrics } from '../known-metrics.ts'
import { checkCount, checkRange, limits } from '../limits.ts'
import { readLostSpans } from './lost-spans.ts'
import { NumberLines } from './number-lines.ts'
import { readPacked, RowBudget } from '../packed-rows.ts'
import { findPicks } from '../picks.ts'
import { addRollups } from './rollup-rows.ts'
import { gridOf } from './step-grid.ts'
import { pickTier, readTierEnd, readTierState } from './tier.ts'
import { resolutionOf } from '../first-waiting.ts'
import { TimingLines } from './timing-lines.ts'
import { readTimingRollups, readTimings } from './timing-rows.ts'

/** What is asked of the charts of a page. */
export interface ChartsQuestion {
  readonly metrics: readonly string[]
  /** Of these hosts. */
  readonly hosts: readonly KnownHost[]
  /** True where these are all that there are. */
  readonly isEveryHost: boolean
  readonly attributes: Readonly<Record<string, string>>
  readonly fromMs: number
  readonly toMs: number
  readonly nowMs: number
  readonly points?: number
  /** Only the lines of so many hosts, those with the highest mean. */
  readonly top?: number
  /** One line for each set of attributes, the sum over the hosts. */
  readonly isSum?: boolean
}

/** Charts of one range and one step. */
export interface Charts {
  readonly fromMs: number
  readonly toMs: number
  readonly stepMs: number
  readonly tier: Tier
  readonly charts: readonly Chart[]
}

/** Foreign hosts tell no interval. */
const usualIntervalMs = 60_000
/** A list of more hosts is no help for the database's plan. */
const mostNamedHosts = 200

/**
 * Reads charts in as few passes as there are tiers in them. Throws UsageError, UnknownNameError, and LimitError for what is
 * too much.
 */
export async function readCharts(store: MetricStore, question: ChartsQuestion): Promise<Charts> {
  const { fromMs, toMs, nowMs, points, hosts } = question
  checkRange(fromMs, toMs)
  const fewer = 'ask for fewer at once'
  checkCount('metrics', question.metrics.length, limits.metrics, fewer)
  if (points !== undefined) checkCount('points', points, limits.points, `ask for ${limits.points} points or fewer`)
  // Side by side what does not hang on each other: most of a chart's time is the way to the database.
  const [metrics, { filled, rawFloorMs = nowMs }] = await Promise.all([
    findMetrics(store, question.metrics, question.attributes),
    readTierState(store, { fromMs, hosts }),
  ])
  const hostIds = question.isEveryHost && hosts.length > mostNamedHosts ? undefined : hosts.map(({ hostId }) => hostId)
  const isBeforeRaw = fromMs < rawFloorMs
  const { tier, stepMs } = pickTier({ rangeMs: toMs - fromMs, points, isBeforeRaw, filled })
  const grid = gridOf(fromMs, toMs, stepMs)
  const tierEndMs = tier === 'raw' ? undefined : await readTierEnd(store, { tier, fromMs, nowMs, hostIds })
  const context: ChartContext = { ...question, store, grid, hosts: new Map(hosts.map((each) => [each.hostId, each])) }
  const reading: Reading = {
    ...context,
    question,
    hostIds,
    rawFromMs: Math.max(tierEndMs ?? grid.fromMs, rawFloorMs),
    tierEndMs,
    tier,
  }
  const numbers = metrics.filter(({ kind }) => kind !== 'histogram')
  const timers = metrics.filter(({ kind }) => kind === 'histogram')
  const [lines, timings, lost] = await Promise.all([
    numbers.length === 0 ? undefined : readNumberLines(reading, numbers),
    timers.length === 0 ? undefined : readTimingLines(reading, timers),
    readLostSpans(store, { hosts, fromMs, toMs }),
  ])
  const charts = metrics.map((metric) =>
    metric.kind === 'histogram'
      ? timingChart(context, metric, timings?.series ?? [], lost)
      : numberChart(context, metric, lines?.lines ?? [], lost),
  )
  return { fromMs, toMs, stepMs, tier, charts }
}

interface Reading extends ChartContext {
  readonly question: ChartsQuestion
  readonly hostIds: readonly number[] | undefined
  /** Before it the tier's buckets are read; undefined where all is raw. */
  readonly tierEndMs: number | undefined
  /** From here on raw rows are read. */
  readonly rawFromMs: number
  readonly tier: Tier
}

async function readNumberLines(reading: Reading, metrics: readonly DescribedMetric[]): Promise<NumberLines> {
  const { store, question, grid, hosts, hostIds, rawFromMs } = reading
  const counters = new Set(
    metrics.filter(({ kind }) => kind === 'counter').flatMap(({ series }) => Array.from(series.keys())),
  )
  const isCounter = (seriesId: number): boolean => counters.has(seriesId)
  const intervalOf = (hostId: number): number => hosts.get(hostId)?.intervalMs ?? usualIntervalMs
  const [startsOf, picks] = await Promise.all([
    readCounterStarts(store, { hostIds, seriesIds: [...counters], toMs: question.toMs }),
    findPicks(
      store,
      metrics.flatMap(({ series }) => [...series.keys()]),
    ),
  ])
  const lines = new NumberLines({ grid, isCounter, intervalOf, startsOf })
  const budget = new RowBudget(limits.rows)
  const inTier = tierRange(reading)
  if (inTier !== undefined) {
    await addRollups(store, { hostIds, picks, isCounter, ...inTier }, lines, budget)
  }
  // A counter's first rate needs the reading before the range.
  const leadMs = counters.size === 0 ? 0 : 3 * longestIntervalMs(reading)
  const range = { fromMs: rawFromMs - leadMs, toMs: question.toMs, rowsPerSecond: rowsPerSecond(reading) }
  const byLayout = new Map(picks.map((each) => [each.layoutId, each]))
  for await (const rows of readPacked(store, { hostIds, picks, ...range }, budget)) {
    lines.add(
      rows.filter(({ hostId }) => hosts.has(hostId)),
      byLayout,
    )
  }
  return lines
}

async function readTimingLines(reading: Reading, metrics: readonly DescribedMetric[]): Promise<TimingLines> {
  const { store, question, grid, hosts, hostIds, rawFromMs } = reading
  const lines = new TimingLines(grid)
  const seriesIds = metrics.flatMap(({ series }) => [...series.keys()])
  const budget = new RowBudget(limits.timingRows)
  const inTier = tierRange(reading)
  if (inTier !== undefined) {
    for await (const rows of readTimingRollups(store, { hostIds, seriesIds, ...inTier }, budget)) {
      for (const row of rows) if (hosts.has(row.hostId)) lines.add(row)
    }
  }
  const range = { fromMs: rawFromMs, toMs: question.toMs, rowsPerSecond: rowsPerSecond(reading) }
  for await (const rows of readTimings(store, { hostIds, seriesIds, ...range }, budget)) {
    for (const row of rows) if (hosts.has(row.hostId)) lines.add(row)
  }
  return lines
}

/** The part of the range that the tier answers; undefined where all is raw. */
function tierRange({
  question,
  grid,
  hosts,
  tier,
  tierEndMs,
}: Reading):
  | { readonly resolution: 600 | 3600; readonly fromMs: number; readonly toMs: number; readonly rowsPerSecond: number }
  | undefined {
  if (tier === 'raw' || tierEndMs === undefined) return undefined
  const resolution = resolutionOf[tier]
  const toMs = Math.min(tierEndMs, question.toMs)
  return { resolution, fromMs: grid.fromMs, toMs, rowsPerSecond: hosts.size / resolution }
}

function rowsPerSecond({ hosts }: Reading): number {
  return [...hosts.values()].reduce((sum, { intervalMs }) => sum + 1000 / (intervalMs ?? usualIntervalMs), 0)
}

function longestIntervalMs({ hosts }: Reading): number {
  return [...hosts.values()].reduce((most, { intervalMs }) => Math.max(most, intervalMs ?? usualIntervalMs), 0)
}
