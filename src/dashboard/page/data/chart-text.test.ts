import { expect, it } from 'vitest'
import type { Chart } from '../../api.ts'
import { chartRows, toCsv, toCurl } from './chart-text.ts'

const chart: Chart = {
  metric: 'cpu.percent',
  unit: '1',
  kind: 'gauge',
  description: null,
  threshold: null,
  times: [0, 10_000],
  lines: [
    { host: '=cmd()', hostUid: 'u1', attributes: {}, average: [-0.5, null], min: [], max: [] },
    { host: 'a,"b"', hostUid: 'u2', attributes: {}, average: [1, 2], min: [], max: [] },
  ],
  heatmap: null,
  linesLeftOut: 0,
  late: [],
  lost: [],
  sql: '',
}

it('writes CSV with gaps empty, quotes doubled, numbers as numbers and no formula', () => {
  expect(toCsv(chartRows(chart)).split('\r\n')).toEqual([
    `time,'=cmd() (1),"a,""b"" (1)"`,
    '1970-01-01T00:00:00.000Z,-0.5,1',
    '1970-01-01T00:00:10.000Z,,2',
  ])
})

it.each(['=1+1', '+1+1', '-1+1', '@SUM(A1)', '\tx', '\rx'])('defuses %j', (text) => {
  expect(toCsv([[text]]).replace(/^"/, '')).toMatch(/^'/)
})

it('quotes an address for a shell', () => {
  expect(toCurl("http://h/api?q='; rm -rf /")).toBe(String.raw`curl 'http://h/api?q='\''; rm -rf /'`)
})
