import { expect, it } from 'vitest'
import type { Chart, ChartLine } from '../../api.ts'
import { lineUnit, orderedChart, plottedChart } from './line-unit.ts'
import { formatValue } from './unit.ts'

function line(statistic: NonNullable<ChartLine['statistic']>): ChartLine {
  return { host: 'a', hostUid: 'a', attributes: {}, statistic, average: [], min: [], max: [] }
}

const chart: Chart = {
  metric: 'api.health',
  unit: 's',
  kind: 'histogram',
  description: null,
  threshold: null,
  times: [],
  lines: [line('rate'), line('p50'), line('p99')],
  heatmap: null,
  linesLeftOut: 0,
  late: [],
  lost: [],
  sql: '',
}

it('keeps how often a timer ran off the axis of how long it took', () => {
  expect(plottedChart(chart).lines.map(({ statistic }) => statistic)).toEqual(['p50', 'p99'])
  expect(orderedChart(chart).lines.map(({ statistic }) => statistic)).toEqual(['p50', 'p99', 'rate'])
  expect(formatValue(1.2, lineUnit(chart, line('rate')))).toBe('1.2/s')
  expect(formatValue(1.2, lineUnit(chart, line('p50')))).toBe('1.2 s')
})
