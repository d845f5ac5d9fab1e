import { expect, it } from 'vitest'
import { chartsAddress, exportAddress, oneChartAddress } from './addresses.ts'

const range = { from: 'now-1h', to: 'now' }
const dozen = chartsAddress({ metrics: ['a', 'b'], hosts: ['u1'], range, points: 240 })

it('gives of a dozen charts the one that is kept or copied, over the same range and in the same steps', () => {
  expect(oneChartAddress(dozen, 'b')).toBe('./api/charts?host=u1&from=now-1h&to=now&points=240&m=b')
})

it('gives of all hosts the one that a small chart shows', () => {
  const all = chartsAddress({ metrics: ['a'], hosts: ['u1', 'u2'], range, points: 240, top: 10 })
  expect(oneChartAddress(all, 'a', 'u2')).toBe('./api/charts?from=now-1h&to=now&points=240&m=a&host=u2')
})

it('leads to a file of the same numbers', () => {
  expect(exportAddress(oneChartAddress(dozen, 'a & b'), 'csv')).toBe(
    './api/export?format=csv&host=u1&from=now-1h&to=now&points=240&m=a+%26+b',
  )
})
