import type { Attributes } from '../metric/sample.ts'
import type { MetricStore } from '../store/store.ts'
import { counterPoints, counterSteps, type CounterForm } from './counter-points.ts'
import type { KnownHost } from './hosts.ts'
import { inSteps, markGaps, type Grid, type Point } from './points.ts'
import { readHistograms, readNumbers, readStarts, type OfSeries } from './readings.ts'
import type { KnownMetric } from './series.ts'
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
}

/** A former reading is looked for at least this far before the range, where intervals are not known or short. */
const leastLookBackMs = 60_000

/** Lines of numbers: gauges and up-down counters as they are (in steps their mean), counters as `form` says. */
export async function numberLines(store: MetricStore, request: LinesRequest): Promise<readonly HostLine[]> {
  const { metric, hosts, fromMs, toMs, form } = request
  const grid = gridOf(request)
  const ids = idsOf(request)
  if (metric.kind !== 'counter') {
    return linesOf(request, await readNumbers(store, { ...ids, fromMs, toMs }), ({ items }, host) =>
      grid === undefined ? markGaps(items, host.intervalMs) : inSteps(items, grid),
    )
  }
  const sinceMs = fromMs - Math.max(leastLookBackMs, ...hosts.map(({ intervalMs = 0 }) => 3 * intervalMs))
  const range = { ...ids, fromMs: sinceMs, toMs }
  const starts = Map.groupBy(await readStarts(store, range), keyOf)
  return linesOf(request, await readNumbers(store, range), (series, host) => {
    const startsMs = (starts.get(keyOf(series)) ?? []).flatMap(({ items }) => items)
    const history = { totals: series.items, startsMs, sinceMs, intervalMs: host.intervalMs }
    return grid === undefined ? counterPoints(history, form, fromMs) : counterSteps(history, form, grid)
  })
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
  const found = await readHistograms(store, { ...idsOf(request), fromMs: request.fromMs, toMs: request.toMs })
  const hosts = hostsOf(request)
  return found.flatMap((series) =>
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
