import type { Answer } from '../../query/answer/answer.ts'

/** An answer as CSV, one line a point. Cells that a spreadsheet would take for a formula begin with an apostrophe. */
export function formatCsv(answer: Answer): string {
  const lines = answer.series.flatMap(({ host, attributes, statistic, points }) => {
    const fixed = [
      host,
      statistic === undefined ? answer.metric : `${answer.metric}.${statistic}`,
      JSON.stringify(attributes),
    ]
    return points.map(([timeMs, value]) =>
      [
        new Date(timeMs).toISOString(),
        ...fixed.map(quote),
        value === null ? '' : String(value),
        quote(answer.unit),
      ].join(','),
    )
  })
  return ['time,host,metric,attributes,value,unit', ...lines, ''].join('\n')
}

function quote(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
