import type { MetricStore } from '../../store/store.ts'
import { type ColumnSource, columnMetrics, columnsOf, type HostColumn } from './host-columns.ts'
import { hostState, type HostState } from './host-state.ts'
import type { KnownHost } from './hosts.ts'
import { findKnownMetrics } from '../known-metrics.ts'
import { type Level, levelOf, type Threshold } from '../event/levels.ts'
import { findPicks } from '../picks.ts'
import { sampleHosts, type SampledSeries, sparkSteps } from './sampled-hosts.ts'

/** A cell of the list of hosts. */
export interface HostCell {
  readonly value: number | null
  /** Values of equal steps over the last hour, oldest first. */
  readonly spark: readonly (number | null)[]
  readonly level: Level
}

/** A row of the list of hosts. */
export interface ListedHost {
  readonly uid: string
  readonly name: string
  readonly isNameShared: boolean
  readonly labels: Readonly<Record<string, string>>
  readonly state: HostState
  readonly ageMs: number
  readonly intervalMs: number | null
  readonly cells: readonly HostCell[]
}

/** The list and its columns. */
export interface HostList {
  readonly columns: readonly HostColumn[]
  /** The worst first. */
  readonly hosts: readonly ListedHost[]
}

/** What is asked. */
export interface HostListQuestion {
  readonly hosts: readonly KnownHost[]
  readonly nowMs: number
  readonly pins: readonly string[]
  readonly thresholds: readonly Threshold[]
}

const ranks = { down: 0, late: 1, up: 2, critical: 0, warn: 1, ok: 2 } as const

/** All hosts with their cells and an hour of each: one pass over packed rows, however many hosts and columns there are. */
export async function listHosts(store: MetricStore, question: HostListQuestion): Promise<HostList> {
  const { hosts, nowMs, pins, thresholds } = question
  const metrics = await findKnownMetrics(store, [...columnMetrics, ...pins])
  const columns = columnsOf(metrics, pins)
  const columnsOfSeries = new Map<number, readonly number[]>()
  for (const [index, { metric, isOf }] of columns.entries()) {
    for (const [seriesId, attributes] of metrics.get(metric)?.series ?? []) {
      if (isOf(attributes)) columnsOfSeries.set(seriesId, [...(columnsOfSeries.get(seriesId) ?? []), index])
    }
  }
  const picks = await findPicks(store, [...columnsOfSeries.keys()])
  const sampled = Map.groupBy(await sampleHosts(store, { hosts, picks, nowMs }), ({ hostId }) => hostId)
  const names = Map.groupBy(hosts, ({ name }) => name)
  const rows = hosts.map((host): ListedHost => {
    const ageMs = Math.max(0, nowMs - host.lastSeenMs)
    const series = sampled.get(host.hostId) ?? []
    return {
      uid: host.agentUid,
      name: host.name,
      isNameShared: (names.get(host.name)?.length ?? 0) > 1,
      labels: host.labels,
      state: hostState(ageMs, host.intervalMs),
      ageMs,
      intervalMs: host.intervalMs ?? null,
      cells: columns.map((column, index) => {
        const own = series.filter(({ seriesId }) => columnsOfSeries.get(seriesId)?.includes(index) === true)
        return cellOf(column, own, thresholds)
      }),
    }
  })
  return {
    columns: columns.map(({ id, title, unit, metric, isPinned }) => ({ id, title, unit, metric, isPinned })),
    hosts: rows.toSorted(
      (a, b) =>
        ranks[a.state] - ranks[b.state] ||
        worstOf(a) - worstOf(b) ||
        (a.name < b.name ? -1 : a.name > b.name ? 1 : 0) ||
        (a.uid < b.uid ? -1 : 1),
    ),
  }
}

function worstOf({ cells }: ListedHost): number {
  return cells.reduce((worst, { level }) => Math.min(worst, ranks[level]), ranks.ok as number)
}

function cellOf(column: ColumnSource, series: readonly SampledSeries[], thresholds: readonly Threshold[]): HostCell {
  const isCounter = column.kind === 'counter'
  const combined = (values: readonly (number | null)[]): number | null => {
    const known = values.filter((value) => value !== null)
    return known.length === 0 ? null : column.combine(known)
  }
  const lines = series.map((each) => (isCounter ? ratesOf(each) : each.values.map(orNull)))
  const spark = Array.from({ length: sparkSteps }, (_, step) => combined(lines.map((line) => line[step] ?? null)))
  const now = combined(series.map((each) => (isCounter ? rateNow(each) : (each.newest.at(-1)?.value ?? null))))
  const value = now ?? spark.findLast((each) => each !== null) ?? null
  return {
    value: rounded(value, 4),
    spark: coarse(spark, column.unit === '1' ? 1 : 0),
    level: levelOf(
      value,
      thresholds.find(({ metric }) => metric === column.metric),
    ),
  }
}

/** Between the first readings of two steps that follow each other; a reset is a gap. */
function ratesOf({ times, values }: SampledSeries): readonly (number | null)[] {
  return values.map((value, step) => {
    const next = values[step + 1] ?? Number.NaN
    const seconds = ((times[step + 1] ?? Number.NaN) - (times[step] ?? Number.NaN)) / 1000
    return next >= value && seconds > 0 ? (next - value) / seconds : null
  })
}

function rateNow({ newest }: SampledSeries): number | null {
  const [former, last] = newest
  if (former === undefined || last === undefined || last.value < former.value) return null
  return ((last.value - former.value) * 1000) / (last.timeMs - former.timeMs)
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value
}

/**
 * A sparkline is some twenty pixels high, from zero to its most, or to the whole of a share: to a hundredth of that, which is
 * a fifth of a pixel, its values are told, and a thousand hosts fit into a megabyte by it.
 */
function coarse(spark: readonly (number | null)[], ceiling: number): readonly (number | null)[] {
  const reach = spark.reduce<number>((most, value) => Math.max(most, Math.abs(value ?? 0)), ceiling)
  if (reach === 0) return spark
  const decimals = 2 - Math.floor(Math.log10(reach))
  return spark.map((value) => {
    if (value === null) return null
    // By a whole number: 0.29 and not 0.29000000000000004.
    return decimals > 0
      ? Math.round(value * 10 ** decimals) / 10 ** decimals
      : Math.round(value / 10 ** -decimals) * 10 ** -decimals
  })
}

/** More digits than these cannot be read off a list. */
function rounded(value: number | null, digits: number): number | null {
  return value === null ? null : Number(value.toPrecision(digits))
}
