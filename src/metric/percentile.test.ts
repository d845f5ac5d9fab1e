import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HistogramAccumulator } from './exponential-histogram.ts'
import { mergeHistograms } from './merge-histograms.ts'
import { errorBound, keptShares, percentile, percentilesOf } from './percentile.ts'
import type { ExponentialHistogram } from './sample.ts'

/** A logarithm that is off by its last digit may put a value that lies on a border into the bucket beside it. */
const lastDigits = 1e-9
const empty: ExponentialHistogram = { scale: 0, count: 0, sum: 0, zeroCount: 0, offset: 0, counts: [] }

function histogramOf(values: readonly number[]): ExponentialHistogram {
  const accumulator = new HistogramAccumulator()
  for (const value of values) accumulator.record(value)
  return accumulator.take() ?? empty
}

/** Nearest rank: the smallest observation that at least this share of all does not exceed. */
function exactQuantile(values: readonly number[], q: number): number {
  return values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(q * values.length)) - 1] ?? Number.NaN
}

const narrow = fc.double({ min: 0.001, max: 10, noNaN: true })
const observations = fc.array(fc.oneof(fc.constant(0), narrow, fc.double({ min: 1e-300, max: 1e300, noNaN: true })), {
  minLength: 1,
  maxLength: 300,
})
const shares = fc.oneof(fc.constantFrom(...keptShares), fc.double({ min: 0, max: 1, noNaN: true }))

/** Where the percentile lies beyond what the page of kinds promises; nothing where it keeps to it. */
function faultsOf(histogram: ExponentialHistogram, values: readonly number[], q: number): readonly string[] {
  const truth = exactQuantile(values, q)
  const told = percentile(histogram, q) ?? Number.NaN
  const isNear = Math.abs(told - truth) <= truth * (errorBound(histogram.scale) + lastDigits)
  const isWithin = told >= Math.min(...values) && told <= Math.max(...values)
  return isNear && isWithin ? [] : [`${told} instead of ${truth}`]
}

describe('a percentile', () => {
  it('is within the stated bound of the exact one', () => {
    fc.assert(
      fc.property(observations, shares, (values, q) => {
        expect(faultsOf(histogramOf(values), values, q)).toEqual([])
      }),
    )
  })

  it('is so of merged histograms too', () => {
    fc.assert(
      fc.property(observations, observations, shares, (one, other, q) => {
        const merged = mergeHistograms([histogramOf(one), histogramOf(other)]) ?? empty
        expect(faultsOf(merged, [...one, ...other], q)).toEqual([])
      }),
    )
  })

  it('is exact where all observations are alike, and of the least and the largest one', () => {
    expect(percentilesOf(histogramOf([0.3, 0.3, 0.3]))).toEqual([0.3, 0.3, 0.3, 0.3])
    const wide = histogramOf([0.7, 2, 3, 4, 1000])
    expect([percentile(wide, 0.01), percentile(wide, 0.99)]).toEqual([0.7, 1000])
  })

  it('is unknown of nothing', () => {
    expect(percentile(empty, 0.5)).toBeUndefined()
    expect(percentilesOf(empty)).toBeUndefined()
  })

  it('is a finite number wherever a stranger’s buckets lie', () => {
    const place = fc.record({ scale: fc.integer({ min: -10, max: 20 }), offset: fc.integer() })
    fc.assert(
      fc.property(place, (given) => {
        expect(Number.isFinite(percentile({ ...empty, ...given, count: 1, counts: [1] }, 0.5))).toBe(true)
      }),
    )
  })
})

it.each([
  [-10, 1],
  [0, 1 / 3],
  [3, 0.0433],
  [7, 0.00271],
  [20, 3.3e-7],
])('the bound at scale %i is %d', (scale, bound) => {
  expect(errorBound(scale)).toBeCloseTo(bound, bound < 1e-6 ? 8 : 4)
})
