import type { Chart } from '../../api.ts'

/** One of them. */
export interface SmallChart {
  readonly hostUid: string
  /** The host's name. */
  readonly title: string
  readonly chart: Chart
}

/** A chart for each host of a chart, in the order of its lines: the same axes, so that they can be compared. */
export function smallMultiples(chart: Chart): readonly SmallChart[] {
  return [...Map.groupBy(chart.lines, (line) => line.hostUid)].map(([uid, lines]) => ({
    hostUid: uid,
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
