import { expect, it } from 'vitest'
import type { ChartName } from '../../api.ts'
import { chunkCharts } from './chunk-charts.ts'

function chart(metric: string, group: string): ChartName {
  return { metric, title: metric, unit: '', kind: 'gauge', group }
}

it('keeps the headings in order, and asks for no more than twelve charts at once', () => {
  const many = Array.from({ length: 25 }, (_, at) => chart(`disk.${at}`, 'Disk'))
  const chunks = chunkCharts([chart('cpu', 'CPU'), ...many])
  expect(chunks.map(({ title, index, charts }) => [title, index, charts.length])).toEqual([
    ['CPU', 0, 1],
    ['Disk', 0, 12],
    ['Disk', 1, 12],
    ['Disk', 2, 1],
  ])
})
