import { expect, it } from 'vitest'
import type { ChartLine } from '../../api.ts'
import { lineNames } from './line-name.ts'

function line(change: Partial<ChartLine>): ChartLine {
  return { host: 'web-1', hostUid: 'u1', attributes: {}, average: [], min: [], max: [], ...change }
}

it('calls a lone line by what it is', () => {
  expect(lineNames([line({ attributes: { device: 'sda' } })])).toEqual(['average'])
})

it('names only what differs', () => {
  const lines = ['read', 'write'].map((direction) => line({ attributes: { device: 'sda', direction } }))
  expect(lineNames(lines)).toEqual(['read', 'write'])
})

it('names hosts, and tells two of one name apart', () => {
  expect(lineNames([line({}), line({ host: 'web-2', hostUid: 'u2' })])).toEqual(['web-1', 'web-2'])
  expect(lineNames([line({ hostUid: 'aaaabbbbcc' }), line({ hostUid: 'ddddeeeeff' })])).toEqual([
    'web-1 (aaaabbbb)',
    'web-1 (ddddeeee)',
  ])
})

it('names percentiles', () => {
  expect(lineNames([line({ statistic: 'p50' }), line({ statistic: 'p99' })])).toEqual(['p50', 'p99'])
})
