import type uPlot from 'uplot'
import type { Chart } from '../../api.ts'
import { lineColour, lineColours } from './colours.ts'
import type { Colours } from './colours.ts'

/** With more lines than this their bands would only hide each other. */
const mostBands = 4

/** True where least and most are drawn as a band around each line. */
export function hasBands(chart: Chart): boolean {
  return chart.heatmap === null && chart.lines.length <= mostBands
}

/** A chart's lines as uPlot wants them: for each its mean and, where there is a band, its least and most. */
export function lineSeries(chart: Chart, colours: Colours): { series: uPlot.Series[]; bands: uPlot.Band[] } {
  const isBanded = hasBands(chart)
  const series: uPlot.Series[] = []
  const bands: uPlot.Band[] = []
  chart.lines.forEach((_line, index) => {
    const colour = lineColour(colours, index)
    series.push({
      stroke: colour,
      width: 1.5,
      ...(index < lineColours ? {} : { dash: [4, 3] }),
      spanGaps: false,
      points: { show: true, size: 4, width: 1, fill: colour, filter: lonePoints },
    })
    if (!isBanded) return
    const edge = { width: 0, spanGaps: false, points: { show: false } }
    series.push(edge, edge)
    const at = series.length
    bands.push({ series: [at, at - 1], fill: `${colour}2e` })
  })
  return { series, bands }
}

/** The chart's numbers in the order of its series. */
export function lineData(chart: Chart): uPlot.AlignedData {
  const isBanded = hasBands(chart)
  const columns = chart.lines.flatMap((line) => (isBanded ? [line.average, line.min, line.max] : [line.average]))
  return [[...chart.times], ...columns.map((values) => Array.from(values))]
}

/** Between two gaps stands a value that no line would show: it gets a point. */
function lonePoints(plot: uPlot, seriesIndex: number): number[] {
  const values = plot.data[seriesIndex] ?? []
  const lone: number[] = []
  for (let at = 0; at < values.length; at++) {
    if (isGap(values[at]) || !isGap(values[at - 1]) || !isGap(values[at + 1])) continue
    lone.push(at)
  }
  return lone
}

function isGap(value: number | null | undefined): boolean {
  return value === null || value === undefined
}
