import { expect, it } from 'vitest'
import { storageFigures } from './storage.ts'

const dayMs = 86_400_000
const sizes = [
  { table: 'scrape', bytes: 3_000_000 },
  { table: 'histogram', bytes: 1_000_000 },
  { table: 'rollup', bytes: 50_000 },
  { table: 'host', bytes: 10 },
]

it('tells what raw and the tiers take, and what a day of raw does', () => {
  const figures = storageFigures({ sizes, freeBytes: undefined, rawRetentionMs: 14 * dayMs }, 4 * dayMs)
  expect(figures).toEqual({
    rawBytes: 4_000_000,
    tierBytes: 50_000,
    totalBytes: 4_050_010,
    bytesPerDay: 1_000_000,
    freeBytes: null,
    daysUntilFull: null,
  })
})

it.each([
  ['the disk is full before the oldest day is dropped', 5_500_000, 5],
  ['all that is to be kept has room', 10_500_000, null],
])('%s', (_what, freeBytes, days) => {
  expect(storageFigures({ sizes, freeBytes, rawRetentionMs: 14 * dayMs }, 4 * dayMs).daysUntilFull).toBe(days)
})

it('tells no growth in the first hour', () => {
  expect(storageFigures({ sizes, freeBytes: 1, rawRetentionMs: dayMs }, 60_000)).toMatchObject({
    bytesPerDay: null,
    daysUntilFull: null,
  })
})
