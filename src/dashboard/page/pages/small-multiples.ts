import type { Chart } from '../../api.ts'

/** A chart for each host of a chart, in the order of its lines: the same axes, so that they can be compared. */
export function smallMultiples(chart: Chart): readonly { readonly title: string; readonly chart: Chart }[] {
  return [...Map.groupBy(chart.lines, (line) => line.hostUid)].map(([uid, lines]) => ({
    title: lines[0]?.host ?? uid,
    chart: {
      ...chart,
      lines,
      linesLeftOut: 0,
      late: chart.late.filter((span) => span.hostUid === uid),
      lost: chart.lost.filter((span) => span.hostUid === uid),
    },
  }))
}
