import type { Attributes } from '../../metric/sample.ts'
import type { MetricStore } from '../../store/store.ts'
import type { SplitRange } from './answer-tier.ts'
import { counterPoints, counterSteps, type CounterForm, type KnownGrowth } from './counter-points.ts'
import type { KnownHost } from '../host/hosts.ts'
import { inSteps, markGaps, type Grid, type Point, type SummedReadings } from './points.ts'
import { readHistories } from './counter-histories.ts'
import { readHistograms, readNumbers, type OfSeries } from './readings.ts'
import type { KnownMetric } from '../series.ts'
import { readBuckets, readTierHistograms, type TierBucket } from './tier-readings.ts'
import { timingColumns, timingPoints, timingSteps, type TimedHistogram, type TimingColumn } from './timing-points.ts'

/** One series of one host, or one statistic of a timer's. */
export interface HostLine {
  readonly host: KnownHost
  readonly attributes: Attributes
  readonly statistic?: TimingColumn
  readonly points: readonly Point[]
}

/** What lines are wanted of; without `stepMs` every reading is a point. */
export interface LinesRequest {
  readonly metric: KnownMetric
  readonly hosts: readonly KnownHost[]
  readonly fromMs: number
  readonly toMs: number
  readonly stepMs: number | undefined
  readonly form: CounterForm
  /** Which part comes from which rows. */
  readonly range: SplitRange
}

/** So far before the range is read at once, where intervals are not known or short; what has no reading there is looked for. */
const leastLookBackMs = 60_000

/** Lines of numbers: gauges and up-down counters as they are (in steps their mean), counters as `form` says. */
export async function numberLines(store: MetricStore, request: LinesRequest): Promise<readonly HostLine[]> {
  const { metric, hosts, fromMs, form, range } = request
  const grid = gridOf(request)
  const ids = idsOf(request)
  const buckets = Map.groupBy(await bucketsOf(store, request), keyOf)
  const bucketsAt = (series: SeriesOfHost): readonly TierBucket[] =>
    (buckets.get(keyOf(series)) ?? []).flatMap(({ items }) => items)
  if (metric.kind !== 'counter') {
    const parts = await eachInTurn(range.raw, async (part) => readNumbers(store, { ...ids, ...part }))
    return linesOf(request, joined(parts, buckets), ({ items, ...series }, host) =>
      grid === undefined ? markGaps(items, host.intervalMs) : inSteps(items, grid, bucketsAt(series).map(toSum)),
    )
  }
  const lookBackMs = Math.max(leastLookBackMs, ...hosts.map(({ intervalMs = 0 }) => 3 * intervalMs))
  const parts = await eachInTurn(range.raw, async (part) => readHistories(store, { ...ids, ...part }, lookBackMs))
  return linesOf(request, joined(parts, buckets), ({ items, ...series }, host) => {
    const histories = items.map((history) => ({ ...history, intervalMs: host.intervalMs }))
    return grid === undefined
      ? histories.flatMap((history) => counterPoints(history, form, fromMs))
      : counterSteps(histories, form, grid, bucketsAt(series).map(toGrowth))
  })
}

type SeriesOfHost = Pick<OfSeries<unknown>, 'hostId' | 'seriesId'>

async function bucketsOf(store: MetricStore, request: LinesRequest): Promise<readonly OfSeries<TierBucket>[]> {
  const { resolution, tierFromMs, tierToMs } = request.range
  if (resolution === undefined) return []
  const isCounter = request.metric.kind === 'counter'
  return readBuckets(store, { ...idsOf(request), isCounter, fromMs: tierFromMs, toMs: tierToMs }, resolution)
}

function toSum({ timeMs, count, average }: TierBucket): SummedReadings {
  return { timeMs, sum: average * count, count }
}

function toGrowth({ timeMs, seconds, average }: TierBucket): KnownGrowth {
  return { timeMs, amount: average * seconds, ms: seconds * 1000 }
}

/** What parts of a range have of each series, as one; also of those that only the tier has. */
function joined<Item>(
  parts: readonly (readonly OfSeries<Item>[])[],
  buckets: ReadonlyMap<string, readonly OfSeries<TierBucket>[]>,
): readonly OfSeries<Item>[] {
  const all = Map.groupBy(parts.flat(), keyOf)
  const keys = new Set([...all.keys(), ...buckets.keys()])
  return [...keys].flatMap((key) => {
    const [first] = [...(all.get(key) ?? []), ...(buckets.get(key) ?? [])]
    if (first === undefined) return []
    const { hostId, seriesId } = first
    return [{ hostId, seriesId, items: (all.get(key) ?? []).flatMap(({ items }) => items) }]
  })
}

async function eachInTurn<Part, Result>(
  parts: readonly Part[],
  read: (part: Part) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = []
  for (const part of parts) results.push(await read(part))
  return results
}

/** Lines of a timer or histogram, one for each of its statistics. */
export async function timingLines(store: MetricStore, request: LinesRequest): Promise<readonly HostLine[]> {
  const grid = gridOf(request)
  return (await timingsOf(store, request)).flatMap(({ host, attributes, readings }): readonly HostLine[] => {
    if (grid !== undefined)
      return timingSteps(readings, grid).map(({ statistic, points }) => ({ host, attributes, statistic, points }))
    return timingColumns.map((statistic) => {
      return { host, attributes, statistic, points: markGaps(timingPoints(readings, statistic), host.intervalMs) }
    })
  })
}

/** One series of a timer or histogram of one host. */
export interface HostTimings {
  readonly host: KnownHost
  readonly attributes: Attributes
  readonly readings: readonly TimedHistogram[]
}

/** All histograms that are asked for, by host and series. */
export async function timingsOf(store: MetricStore, request: LinesRequest): Promise<readonly HostTimings[]> {
  const { range } = request
  const ids = idsOf(request)
  const parts = await eachInTurn(range.raw, async (part) => readHistograms(store, { ...ids, ...part }))
  const ofTier =
    range.resolution === undefined
      ? []
      : await readTierHistograms(store, { ...ids, fromMs: range.tierFromMs, toMs: range.tierToMs }, range.resolution)
  const hosts = hostsOf(request)
  return joined([...parts, ofTier], new Map()).flatMap((series) =>
    withHost(hosts, request.metric, series).map(({ host, attributes }) => ({
      host,
      attributes,
      readings: series.items,
    })),
  )
}

function linesOf<Item>(
  request: LinesRequest,
  found: readonly OfSeries<Item>[],
  pointsOf: (series: OfSeries<Item>, host: KnownHost) => readonly Point[],
): readonly HostLine[] {
  const hosts = hostsOf(request)
  return found.flatMap((series) =>
    withHost(hosts, request.metric, series)
      .map(({ host, attributes }) => ({ host, attributes, points: pointsOf(series, host) }))
      .filter(({ points }) => points.length > 0),
  )
}

function withHost(
  hosts: ReadonlyMap<number, KnownHost>,
  metric: KnownMetric,
  { hostId, seriesId }: Pick<OfSeries<unknown>, 'hostId' | 'seriesId'>,
): readonly Pick<HostLine, 'host' | 'attributes'>[] {
  const host = hosts.get(hostId)
  return host === undefined ? [] : [{ host, attributes: metric.series.get(seriesId) ?? {} }]
}

function hostsOf({ hosts }: LinesRequest): ReadonlyMap<number, KnownHost> {
  return new Map(hosts.map((host) => [host.hostId, host]))
}

function idsOf({ hosts, metric }: LinesRequest) {
  return { hostIds: hosts.map(({ hostId }) => hostId), seriesIds: [...metric.series.keys()] }
}

function gridOf({ fromMs, toMs, stepMs }: LinesRequest): Grid | undefined {
  return stepMs === undefined ? undefined : { fromMs, toMs, stepMs }
}

function keyOf({ hostId, seriesId }: Pick<OfSeries<unknown>, 'hostId' | 'seriesId'>): string {
  return `${hostId}/${seriesId}`
}
