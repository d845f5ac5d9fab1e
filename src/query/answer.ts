import type { Attributes, Kind } from '../metric/sample.ts'
import type { MetricStore } from '../store/store.ts'
import { findHosts, type HostFilter, type KnownHost } from './hosts.ts'
import { inSteps, markGaps, toRates, together, type Point } from './points.ts'
import { readReadings, type Readings, type TimingColumn } from './readings.ts'
import { findMetric } from './series.ts'

/** What `hostvitals query` is asked. */
export interface Question extends HostFilter {
  readonly metric: string
  readonly attributes: Readonly<Record<string, string>>
  /** A host label: the series of hosts that have the same value of it become one. */
  readonly by?: string
  /** Begin (included) and end (excluded) of the range, Unix milliseconds. */
  readonly fromMs: number
  readonly toMs: number
  /** Absent: every reading as it was taken (with `by`: a hundredth of the range). */
  readonly stepMs?: number
}

/** What it answers: the form of `query --json`. */
export interface Answer {
  readonly metric: string
  /** The metric's unit; a counter's is followed by `/s`, since its points are rates. */
  readonly unit: string
  readonly kind: Kind
  readonly series: readonly AnswerSeries[]
}

/** One line of a chart. */
export interface AnswerSeries {
  /** The host's name; with `by` the label's value. */
  readonly host: string
  readonly attributes: Attributes
  /** Timers and histograms: which of their numbers this line is. */
  readonly statistic?: TimingColumn
  readonly points: readonly Point[]
}

/**
 * Answers a question from the raw rows. Counters are given as rates a second, gauges as they are, timers as percentiles.
 * Throws UsageError for an unknown metric or host and for an ambiguous host name.
 */
export async function answer(store: MetricStore, question: Question): Promise<Answer> {
  const metric = await findMetric(store, question.metric, question.attributes)
  const hosts = new Map((await findHosts(store, question)).map((host) => [host.hostId, host]))
  const stepMs =
    question.stepMs ?? (question.by === undefined ? undefined : Math.max(1000, (question.toMs - question.fromMs) / 100))
  const lines: HostLine[] = []
  const request = { kind: metric.kind, hostIds: [...hosts.keys()], seriesIds: [...metric.series.keys()], ...question }
  for (const readings of await readReadings(store, request)) {
    const host = hosts.get(readings.hostId)
    if (host === undefined) continue
    lines.push({
      host,
      attributes: metric.series.get(readings.seriesId) ?? {},
      readings,
      points: toPoints(readings, metric.kind, host, { ...question, ...(stepMs === undefined ? {} : { stepMs }) }),
    })
  }
  return {
    metric: metric.name,
    unit: metric.kind === 'counter' ? `${metric.unit}/s` : metric.unit,
    kind: metric.kind,
    series: question.by === undefined ? lines.map(toSeries) : groupBy(question.by, lines, metric.kind),
  }
}

interface HostLine {
  readonly host: KnownHost
  readonly attributes: Attributes
  readonly readings: Readings
  readonly points: readonly Point[]
}

function toPoints(
  readings: Readings,
  kind: Kind,
  host: KnownHost,
  { fromMs, toMs, stepMs }: Pick<Question, 'fromMs' | 'toMs' | 'stepMs'>,
): readonly Point[] {
  const marked = markGaps(readings.points, host.intervalMs)
  const points = kind === 'counter' ? toRates(marked) : marked
  return stepMs === undefined ? points : inSteps(points, fromMs, toMs, stepMs)
}

function toSeries({ host, attributes, readings, points }: HostLine): AnswerSeries {
  const statistic = readings.statistic === undefined ? {} : { statistic: readings.statistic }
  return { host: host.name, attributes, ...statistic, points }
}

function groupBy(label: string, lines: readonly HostLine[], kind: Kind): readonly AnswerSeries[] {
  const how = kind === 'counter' || kind === 'updowncounter' ? 'sum' : 'mean'
  const keyed = Map.groupBy(lines, ({ host, attributes, readings }) =>
    JSON.stringify([host.labels[label] ?? '', attributes, readings.statistic ?? '']),
  )
  return [...keyed.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const points = together(
      group.map((line) => line.points),
      how,
    )
    return [{ ...toSeries({ ...first, points }), host: first.host.labels[label] ?? '' }]
  })
}
