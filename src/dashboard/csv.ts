import type { Chart, ChartLine } from './api.ts'

/** A cell that a spreadsheet would take for a formula is made text by a quote in front of it: names come from strangers. */
export function csvCell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

/** Charts as lines of text: one for each time of each line of each chart; a gap is an empty cell. */
export function* csvLines(charts: readonly Chart[]): Generator<string> {
  yield 'time,metric,unit,host,host_uid,attributes,statistic,average,min,max\r\n'
  for (const chart of charts) for (const line of chart.lines) yield* linesOf(chart, line)
}

function* linesOf({ metric, unit, times }: Chart, line: ChartLine): Generator<string> {
  const { host, hostUid, attributes, statistic = '', average, min, max } = line
  const names = [metric, unit, host, hostUid, JSON.stringify(attributes), statistic].map(csvCell)
  for (const [step, timeMs] of times.entries()) {
    const numbers = [average, min, max].map((values) => csvCell(values[step] ?? null))
    yield `${[new Date(timeMs).toISOString(), ...names, ...numbers].join(',')}\r\n`
  }
}
