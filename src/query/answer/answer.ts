import type { Attributes, Kind } from '../../metric/sample.ts'
import type { MetricStore } from '../../store/store.ts'
import { readRawFloor } from '../../store/partitions.ts'
import { type ChosenTier, groupStep, pickAnswerTier, splitRange } from './answer-tier.ts'
import type { CounterForm } from './counter-points.ts'
import { findHosts, type HostFilter } from '../host/hosts.ts'
import { numberLines, timingLines, timingsOf, type HostLine, type LinesRequest } from './lines.ts'
import { together, type Point } from './points.ts'
import { findMetric } from '../series.ts'
import { timingSteps, type TimingColumn } from './timing-points.ts'

/** What `hostvitals query` is asked. */
export interface Question extends HostFilter {
  readonly metric: string
  readonly attributes: Readonly<Record<string, string>>
  /** A host label: the series of hosts that have the same value of it become one. */
  readonly by?: string
  /** Begin (included) and end (excluded) of the range, Unix milliseconds. */
  readonly fromMs: number
  readonly toMs: number
  /** Absent: every reading as it was taken (with `by`: about a hundredth of the range). */
  readonly stepMs?: number
  /** Counters: as their rate a second (the default), or by how much they grew. */
  readonly form?: CounterForm
  /** Answered from raw rows, whatever tier there is. */
  readonly isRaw?: boolean
}

/** What it answers: the form of `query --json`. */
export interface Answer {
  readonly metric: string
  /** The metric's unit; that of a counter's rates is followed by `/s`. */
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
 * Answers a question: of a long range in steps of ten minutes or more from the tiers, and what they do not have yet, like
 * everything else, from the raw rows. Counters are given as rates a second or as increases, both reset-aware; gauges as
 * they are; timers as percentiles, in steps of all that was observed in the step. Throws UsageError for an unknown metric or
 * host and for an ambiguous host name.
 */
export async function answer(store: MetricStore, question: Question): Promise<Answer> {
  const { by, fromMs, toMs, form = 'rate' } = question
  const metric = await findMetric(store, question.metric, question.attributes)
  const hosts = await findHosts(store, question)
  const asked = question.stepMs ?? (by === undefined ? undefined : groupStep(toMs - fromMs))
  const floorMs = (await readRawFloor(store)) ?? fromMs
  const { tier, stepMs } =
    question.isRaw === true ? rawOf(asked) : pickAnswerTier({ fromMs, toMs, stepMs: asked, floorMs })
  const range = await splitRange(store, { fromMs, toMs, hostIds: hosts.map(({ hostId }) => hostId) }, tier)
  const request: LinesRequest = { metric, hosts, fromMs, toMs, stepMs, form, range }
  return {
    metric: metric.name,
    unit: metric.kind === 'counter' && form === 'rate' ? `${metric.unit}/s` : metric.unit,
    kind: metric.kind,
    series: await seriesOf(store, request, by),
  }
}

function rawOf(stepMs: number | undefined): ChosenTier {
  return { tier: 'raw', stepMs }
}

async function seriesOf(
  store: MetricStore,
  request: LinesRequest,
  by: string | undefined,
): Promise<readonly AnswerSeries[]> {
  if (request.metric.kind === 'histogram') {
    if (by === undefined) return (await timingLines(store, request)).map(toSeries)
    return timingsBy(by, store, request)
  }
  const lines = await numberLines(store, request)
  return by === undefined ? lines.map(toSeries) : numbersBy(by, lines, request.metric.kind)
}

function toSeries({ host, ...line }: HostLine): AnswerSeries {
  return { host: host.name, ...line }
}

function numbersBy(label: string, lines: readonly HostLine[], kind: Kind): readonly AnswerSeries[] {
  const how = kind === 'gauge' ? 'mean' : 'sum'
  return grouped(label, lines, (host, attributes, group) => {
    const points = group.map((line) => line.points)
    return [{ host, attributes, points: together(points, how) }]
  })
}

/** The histograms of all hosts of a value are merged: percentiles of percentiles would be none. */
async function timingsBy(label: string, store: MetricStore, request: LinesRequest): Promise<readonly AnswerSeries[]> {
  const { fromMs, toMs, stepMs = toMs - fromMs } = request
  const grid = { fromMs, toMs, stepMs }
  return grouped(label, await timingsOf(store, request), (host, attributes, group) =>
    timingSteps(
      group.flatMap(({ readings }) => readings),
      grid,
    ).map(({ statistic, points }) => ({ host, attributes, statistic, points })),
  )
}

function grouped<Line extends Pick<HostLine, 'host' | 'attributes'>>(
  label: string,
  lines: readonly Line[],
  toAnswers: (value: string, attributes: Attributes, group: readonly Line[]) => readonly AnswerSeries[],
): readonly AnswerSeries[] {
  const keyed = Map.groupBy(lines, ({ host, attributes }) => JSON.stringify([host.labels[label] ?? '', attributes]))
  return [...keyed.values()].flatMap((group) => {
    const [first] = group
    return first === undefined ? [] : toAnswers(first.host.labels[label] ?? '', first.attributes, group)
  })
}
