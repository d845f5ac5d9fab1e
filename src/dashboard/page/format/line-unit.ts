import type { Chart, ChartLine } from '../../api.ts'

/** The unit of a line: its chart's, but for how often a timer ran, which is per second and on no axis of seconds. */
export function lineUnit(chart: Pick<Chart, 'unit'>, line: Pick<ChartLine, 'statistic'>): string {
  return line.statistic === 'rate' ? '{time}/s' : chart.unit
}

/** The chart as its plot shows it: without the lines that have another unit. */
export function plottedChart(chart: Chart): Chart {
  const lines = chart.lines.filter((line) => line.statistic !== 'rate')
  return lines.length === chart.lines.length ? chart : { ...chart, lines }
}

/** The chart with the lines that its plot does not show behind the others, so that colours go by the place. */
export function orderedChart(chart: Chart): Chart {
  const others = chart.lines.filter((line) => line.statistic === 'rate')
  return others.length === 0 ? chart : { ...chart, lines: [...plottedChart(chart).lines, ...others] }
}
