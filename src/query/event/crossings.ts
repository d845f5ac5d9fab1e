import { LimitError, UnknownNameError } from '../asked-errors.ts'
import type { MetricStore } from '../../store/store.ts'
import type { Chart, ChartLine } from '../chart/chart-lines.ts'
import { readCharts } from '../chart/charts.ts'
import type { EventsQuestion, HappenedEvent, SomeEvents } from './event-list.ts'
import { type Level, levelOf, type Threshold } from './levels.ts'

/**
 * Where a line went over a threshold or came back, by the means of a chart's steps over the range: its cost is that of one
 * chart for each threshold, and as there the fifty lines with the highest means are looked at.
 */
export async function readCrossings(store: MetricStore, question: EventsQuestion): Promise<SomeEvents> {
  const events: HappenedEvent[] = []
  let isCut = false
  for (const threshold of question.thresholds) {
    const chart = await chartOf(store, question, threshold)
    if (chart === 'too-much') isCut = true
    if (typeof chart === 'object') {
      isCut ||= chart.linesLeftOut > 0
      events.push(...chart.lines.flatMap((line) => crossingsOf(chart, line, threshold)))
    }
  }
  return { events, isCut }
}

/** Nothing for a metric that nobody sends yet. */
async function chartOf(
  store: MetricStore,
  question: EventsQuestion,
  { metric }: Threshold,
): Promise<Chart | 'too-much' | undefined> {
  try {
    const { charts } = await readCharts(store, { ...question, metrics: [metric], attributes: {} })
    return charts[0]
  } catch (error) {
    if (error instanceof LimitError) return 'too-much'
    if (error instanceof UnknownNameError) return undefined
    throw error
  }
}

function crossingsOf(chart: Chart, line: ChartLine, threshold: Threshold): readonly HappenedEvent[] {
  const events: HappenedEvent[] = []
  let level: Level = 'ok'
  // Of a timer the one number by which people set limits.
  if (line.statistic !== undefined && line.statistic !== 'p95') return events
  for (const [step, value] of line.average.entries()) {
    const timeMs = chart.times[step]
    if (value === null || timeMs === undefined) continue
    const now = levelOf(value, threshold)
    if (now !== level) {
      const { host, hostUid } = line
      events.push({ timeMs, kind: 'threshold', level: now, host, hostUid, text: textOf(chart, line, value, now) })
    }
    level = now
  }
  return events
}

function textOf(chart: Chart, { attributes, statistic }: ChartLine, value: number, level: Level): string {
  const which = Object.entries(attributes).map(
    ([key, each]) => `${key}=${typeof each === 'string' ? each : JSON.stringify(each)}`,
  )
  const name = [chart.metric, ...(statistic === undefined ? [] : [statistic]), ...which].join(' ')
  const number =
    `${Number((chart.unit === '1' ? value * 100 : value).toPrecision(4))} ${unitWord(chart.unit)}`.trimEnd()
  return level === 'ok' ? `${name} is ${number}: as it should be again` : `${name} is ${number}`
}

/** As a person reads it: a share in per cent; what is counted is in the metric's name. */
function unitWord(unit: string): string {
  return unit === '1' ? '%' : unit.replaceAll(/\{[^}]*\}/g, '')
}
