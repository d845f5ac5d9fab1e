import { describe, expect, it } from 'vitest'
import { equalHistograms, equalScrapes } from './equal-rows.ts'
import type { HistogramRow, ScrapeRow } from '../store.ts'

function scrape(...readings: readonly number[]): ScrapeRow {
  return { timeMs: 1, seq: 1, hostId: 1, runId: 1, layoutId: 1, readings: Float64Array.from(readings) }
}

const histogram = { scale: 1, count: 2, sum: 3, min: 1, max: 2, zeroCount: 0, offset: 4, counts: [1, 1] }
const row: HistogramRow = {
  timeMs: 9,
  startTimeMs: 1,
  seq: 1,
  hostId: 1,
  runId: 1,
  seriesId: 1,
  histogram,
  percentiles: undefined,
}

describe('rows of one key', () => {
  it.each([
    ['equal numbers', [1, 2], [1, 2], true],
    ['a missing value on both sides', [Number.NaN, 2], [Number.NaN, 2], true],
    ['the sign of zero', [0], [-0], true],
    ['the last bit of a number', [0.1 + 0.2], [0.3], false],
    ['a missing value on one side', [Number.NaN], [0], false],
    ['another length', [1], [1, 2], false],
  ])('scrapes with %s', (_name, a, b, expected) => {
    expect(equalScrapes(scrape(...a), scrape(...b))).toBe(expected)
  })

  it.each<[string, Partial<HistogramRow>, boolean]>([
    ['nothing else', {}, true],
    ['percentiles, which follow from the rest', { percentiles: [1, 1, 1, 1] }, true],
    ['another begin', { startTimeMs: 2 }, false],
    ['another count', { histogram: { ...histogram, count: 3 } }, false],
    ['another sum', { histogram: { ...histogram, sum: 4 } }, false],
    ['another bucket', { histogram: { ...histogram, counts: [1, 2] } }, false],
    ['another offset', { histogram: { ...histogram, offset: 5 } }, false],
  ])('histograms with %s', (_name, other, expected) => {
    expect(equalHistograms(row, { ...row, ...other })).toBe(expected)
  })
})
