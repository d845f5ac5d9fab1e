import { expect, it } from 'vitest'
import { HistogramAccumulator, percentile } from '../metric/exponential-histogram.ts'
import type { ExponentialHistogram } from '../metric/sample.ts'
import { mergeHistograms } from './merge-histograms.ts'

function histogramOf(values: readonly number[]): ExponentialHistogram {
  const accumulator = new HistogramAccumulator()
  for (const value of values) accumulator.record(value)
  return accumulator.take() ?? { scale: 0, count: 0, sum: 0, zeroCount: 0, offset: 0, counts: [] }
}

/** One observation at a place of the finest scale. */
function far(offset: number): ExponentialHistogram {
  return { scale: 20, count: 1, sum: 1, zeroCount: 0, offset, counts: [1] }
}

it('is as if all had been observed by one', () => {
  const one = [0, 0.001, 0.002, 5]
  const other = [0.1, 0.11, 700]
  const merged = mergeHistograms([histogramOf(one), histogramOf([]), histogramOf(other)])
  const whole = histogramOf([...one, ...other])
  expect(merged).toMatchObject({ count: 7, zeroCount: 1, min: 0, max: 700 })
  expect(merged?.counts.reduce((sum, count) => sum + count, 0)).toBe(6)
  for (const share of [0.5, 0.9, 0.99]) {
    const found = merged && percentile(merged, share)
    expect(found).toBeCloseTo(percentile(whole, share) ?? Number.NaN, 1)
  }
})

it('knows nothing of empty ones', () => {
  expect(mergeHistograms([])).toBeUndefined()
  expect(mergeHistograms([histogramOf([])])).toBeUndefined()
})

it('stays small, whatever a stranger sends', () => {
  const merged = mergeHistograms([far(-(2 ** 31)), far(2 ** 31 - 1)])
  expect(merged?.count).toBe(2)
  expect(merged?.counts.length).toBeLessThanOrEqual(1000)
})
