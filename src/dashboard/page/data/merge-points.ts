import type { Chart, ChartsAnswer, LivePoint } from '../../api.ts'

/** What identifies a line among those of a page. */
export function lineKey(metric: string, line: Pick<LivePoint, 'hostUid' | 'attributes' | 'statistic'>): string {
  const attributes = Object.entries(line.attributes).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([metric, line.hostUid, line.statistic ?? '', attributes])
}

/**
 * The charts with new points: each goes into the step that it belongs to, and steps that are older than the range fall out. A step
 * that has several takes their least and most, and moves its mean half-way: the next answer of the server has it exactly.
 */
export function mergePoints(answer: ChartsAnswer, points: readonly LivePoint[], nowMs: number): ChartsAnswer {
  const byLine = Map.groupBy(points, (point) => lineKey(point.metric, point))
  const length = answer.toMs - answer.fromMs
  const toMs = Math.max(answer.toMs, nowMs)
  const fromMs = toMs - length
  const charts = answer.charts.map((chart) => {
    const isTouched = chart.lines.some((line) => byLine.has(lineKey(chart.metric, line)))
    return isTouched ? mergeChart(chart, byLine, answer.stepMs, fromMs) : chart
  })
  return { ...answer, fromMs, toMs, charts }
}

function mergeChart(
  chart: Chart,
  byLine: ReadonlyMap<string, readonly LivePoint[]>,
  stepMs: number,
  fromMs: number,
): Chart {
  const first = chart.times[0]
  if (first === undefined) return chart
  const own = chart.lines.map((line) => byLine.get(lineKey(chart.metric, line)) ?? [])
  const last = chart.times.at(-1) ?? first
  const newest = Math.max(last, ...own.flat().map((point) => stepOf(point.timeMs, first, stepMs)))
  const dropped = Math.max(0, Math.min(chart.times.length - 1, Math.floor((fromMs - first) / stepMs)))
  const added = Math.round((newest - last) / stepMs)
  const times = [...chart.times.slice(dropped), ...Array.from({ length: added }, (_, i) => last + (i + 1) * stepMs)]
  const start = times[0] ?? first
  const lines = chart.lines.map((line, index) => {
    const values = {
      average: extended(line.average, dropped, added),
      min: extended(line.min, dropped, added),
      max: extended(line.max, dropped, added),
    }
    for (const { timeMs, value, intervalMs } of own[index] ?? []) {
      const at = Math.floor((timeMs - start) / stepMs)
      if (value === null || at < 0 || at >= times.length) continue
      if (values.average[at] === null) hold(values, at, { chart, value, mostSteps: (3 * (intervalMs ?? 0)) / stepMs })
      putValue(values, at, value)
    }
    return { ...line, ...values }
  })
  const heatmap = chart.heatmap && {
    ...chart.heatmap,
    counts: [
      ...chart.heatmap.counts.slice(dropped),
      ...Array.from({ length: added }, () => chart.heatmap?.bounds.map(() => 0) ?? []),
    ],
  }
  return { ...chart, times, lines, heatmap }
}

function stepOf(timeMs: number, first: number, stepMs: number): number {
  return first + Math.floor((timeMs - first) / stepMs) * stepMs
}

function extended(values: readonly (number | null)[], dropped: number, added: number): (number | null)[] {
  return [...values.slice(dropped), ...Array.from({ length: added }, () => null)]
}

type Values = Readonly<Record<'average' | 'min' | 'max', (number | null)[]>>

/**
 * Where a host measures more rarely than there are steps, those between two readings hold a value as the server's answer does:
 * the former one's, of a counter the rate until now. A silence of more than three intervals stays a gap.
 */
function hold(
  line: Values,
  at: number,
  { chart, value, mostSteps }: { readonly chart: Chart; readonly value: number; readonly mostSteps: number },
): void {
  const former = line.average.findLastIndex((known, step) => step < at && known !== null)
  if (former === -1 || at - former - 1 >= mostSteps) return
  const held = chart.kind === 'counter' ? value : (line.average[former] ?? value)
  for (let step = former + 1; step < at; step++) putValue(line, step, held)
}

function putValue(line: Values, at: number, value: number): void {
  const old = line.average[at]
  line.average[at] = old === null || old === undefined ? value : (old + value) / 2
  line.min[at] = Math.min(line.min[at] ?? value, value)
  line.max[at] = Math.max(line.max[at] ?? value, value)
}
