import type { Chart } from '../../api.ts'
import { lineNames } from '../format/line-name.ts'
import { lineUnit } from '../format/line-unit.ts'

/** A chart's numbers as rows of text: the time in UTC and a column for each line; a gap is empty. */
export function chartRows(chart: Chart): readonly (readonly string[])[] {
  const names = lineNames(chart.lines)
  const head = ['time', ...chart.lines.map((line, at) => `${names[at]} (${lineUnit(chart, line)})`)]
  const rows = chart.times.map((ms, at) => [
    new Date(ms).toISOString(),
    ...chart.lines.map((line) => String(line.average[at] ?? '')),
  ])
  return [head, ...rows]
}

/** CSV as RFC 4180 says it. A text that a spreadsheet would take as a formula gets a quote before it. */
export function toCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map(csvCell).join(',')).join('\r\n')
}

function csvCell(text: string): string {
  const isNumber = text !== '' && Number.isFinite(Number(text))
  const safe = !isNumber && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** The command that asks for the same numbers; quoted for a shell. */
export function toCurl(address: string): string {
  return `curl '${address.replaceAll("'", String.raw`'\''`)}'`
}
