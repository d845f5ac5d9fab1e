import type { Attributes, Kind } from '../../metric/sample.ts'
import type { MetricStore } from '../../store/store.ts'
import { chartSql } from './chart-sql.ts'
import { type Heatmap, toHeatmap } from './heatmap.ts'
import type { KnownHost } from '../host/hosts.ts'
import type { DescribedMetric } from '../known-metrics.ts'
import { limits } from '../limits.ts'
import type { LostSpan } from './lost-spans.ts'
import { mergeHistograms } from '../../metric/merge-histograms.ts'
import type { NumberLine } from './number-lines.ts'
import { type StepGrid, timesOf } from './step-grid.ts'
import { StepLine } from './step-line.ts'
import { type TimingSeries, type TimingStatistic, timingStatistics } from './timing-lines.ts'

/** One line of a chart: for each of its times a value, null where there is none. */
export interface ChartLine {
  readonly host: string
  /** Empty for a sum over hosts. */
  readonly hostUid: string
  readonly attributes: Attributes
  readonly statistic?: TimingStatistic
  readonly average: readonly (number | null)[]
  readonly min: readonly (number | null)[]
  readonly max: readonly (number | null)[]
}

/** One chart. */
export interface Chart {
  readonly metric: string
  readonly unit: string
  readonly kind: Kind
  readonly description: string | null
  readonly times: readonly number[]
  readonly lines: readonly ChartLine[]
  readonly heatmap: Heatmap | null
  readonly linesLeftOut: number
  readonly lost: readonly LostSpan[]
  readonly sql: string
}

/** What all charts of an answer share. */
export interface ChartContext {
  readonly store: MetricStore
  readonly hosts: ReadonlyMap<number, KnownHost>
  readonly grid: StepGrid
  readonly fromMs: number
  readonly toMs: number
  readonly isEveryHost: boolean
  readonly top?: number
  readonly isSum?: boolean
}

interface NamedLine {
  readonly host: KnownHost
  readonly attributes: Attributes
  readonly steps: StepLine
}

/** The chart of a gauge or counter, whose lines are among these. */
export function numberChart(
  context: ChartContext,
  metric: DescribedMetric,
  lines: readonly NumberLine[],
  lost: readonly LostSpan[],
): Chart {
  const named = lines.flatMap(({ hostId, seriesId, steps }): readonly NamedLine[] => {
    const host = context.hosts.get(hostId)
    const attributes = metric.series.get(seriesId)
    return host === undefined || attributes === undefined || steps.mean === undefined
      ? []
      : [{ host, attributes, steps }]
  })
  if (context.isSum === true) {
    const sums = summed(named)
    return chartOf(context, metric, { lines: sums.slice(0, limits.shownLines), of: sums.length, lost, heatmap: null })
  }
  const { shown, of } = worthShowing(context, named, ({ host, steps }) => ({ host, mean: steps.mean ?? 0 }))
  const shownLines = shown.map(({ host, attributes, steps: { average, min, max } }) => ({
    host: host.name,
    hostUid: host.agentUid,
    attributes,
    average,
    min,
    max,
  }))
  return chartOf(context, metric, { lines: shownLines, of, lost, heatmap: null })
}

/** The chart of a timer or histogram: percentiles and rate for each series, and one heatmap over all of them. */
export function timingChart(
  context: ChartContext,
  metric: DescribedMetric,
  series: readonly TimingSeries[],
  lost: readonly LostSpan[],
): Chart {
  const named = series.flatMap((each) => {
    const host = context.hosts.get(each.hostId)
    const attributes = metric.series.get(each.seriesId)
    if (host === undefined || attributes === undefined) return []
    const merged = each.merged
    const line = each.lineOf('p95', merged)
    const known = line.average.filter((value) => value !== null)
    const mean = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length)
    return [{ host, attributes, each, merged, mean }]
  })
  const { shown, of } = worthShowing(context, named, ({ host, mean }) => ({ host, mean }), timingStatistics.length)
  const lines = shown.flatMap(({ host, attributes, each, merged }) =>
    timingStatistics.map((statistic) => ({
      host: host.name,
      hostUid: host.agentUid,
      attributes,
      statistic,
      ...each.lineOf(statistic, merged),
    })),
  )
  const steps = timesOf(context.grid).map((_, step) =>
    mergeHistograms(named.flatMap(({ merged }) => merged[step] ?? [])),
  )
  return chartOf(context, metric, { lines, of: of * timingStatistics.length, lost, heatmap: toHeatmap(steps) })
}

function chartOf(
  context: ChartContext,
  metric: DescribedMetric,
  made: {
    readonly lines: readonly ChartLine[]
    readonly of: number
    readonly lost: readonly LostSpan[]
    readonly heatmap: Heatmap | null
  },
): Chart {
  const { name, kind, description } = metric
  const uids = new Set(made.lines.map(({ hostUid }) => hostUid))
  return {
    metric: name,
    unit: kind === 'counter' ? `${metric.unit}/s` : metric.unit,
    kind,
    description,
    times: timesOf(context.grid),
    lines: made.lines,
    heatmap: made.heatmap,
    linesLeftOut: made.of - made.lines.length,
    lost: made.lost.filter(({ hostUid }) => context.isSum === true || uids.has(hostUid)),
    sql: chartSql(context.store, metric, context),
  }
}

/** The lines of the highest means where there are too many, in the order of hosts and attributes. */
function worthShowing<Line extends { readonly attributes: Attributes }>(
  { top }: ChartContext,
  lines: readonly Line[],
  of: (line: Line) => { readonly host: KnownHost; readonly mean: number },
  width = 1,
): { readonly shown: readonly Line[]; readonly of: number } {
  const ranked = lines.toSorted((a, b) => of(b).mean - of(a).mean)
  const hosts = new Set<number>()
  const kept = ranked.filter((line) => {
    const { hostId } = of(line).host
    if (top === undefined || hosts.has(hostId) || hosts.size < top) return hosts.add(hostId)
    return false
  })
  const most = Math.max(1, Math.floor(limits.shownLines / width))
  const shown = kept.slice(0, most).toSorted((a, b) => {
    const [left, right] = [of(a).host, of(b).host]
    return (
      compare(left.name, right.name) ||
      left.hostId - right.hostId ||
      compare(JSON.stringify(a.attributes), JSON.stringify(b.attributes))
    )
  })
  return { shown, of: lines.length }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** One line for each set of attributes; a step in which no host has a value is a gap. */
function summed(lines: readonly NamedLine[]): readonly ChartLine[] {
  return [...Map.groupBy(lines, ({ attributes }) => JSON.stringify(attributes))].flatMap(([, group]) => {
    const [first] = group
    if (first === undefined) return []
    const sum = (of: (steps: StepLine) => readonly (number | null)[]): readonly (number | null)[] =>
      group.map(({ steps }) => of(steps)).reduce((a, b) => a.map((value, step) => plus(value, b[step] ?? null)))
    const hosts = new Set(group.map(({ host }) => host.hostId)).size
    return [
      {
        host: hosts === 1 ? first.host.name : `sum of ${hosts} hosts`,
        hostUid: hosts === 1 ? first.host.agentUid : '',
        attributes: first.attributes,
        average: sum((steps) => steps.average),
        min: sum((steps) => steps.min),
        max: sum((steps) => steps.max),
      },
    ]
  })
}

function plus(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : a + b
}
