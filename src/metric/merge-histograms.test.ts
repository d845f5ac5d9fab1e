import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bucketIndex, HistogramAccumulator } from './exponential-histogram.ts'
import { mergeHistograms } from './merge-histograms.ts'
import type { ExponentialHistogram } from './sample.ts'

const empty: ExponentialHistogram = { scale: 0, count: 0, sum: 0, zeroCount: 0, offset: 0, counts: [] }

function histogramOf(values: readonly number[]): ExponentialHistogram {
  const accumulator = new HistogramAccumulator()
  for (const value of values) accumulator.record(value)
  return accumulator.take() ?? empty
}

/** One observation at a place of the finest scale. */
function far(offset: number): ExponentialHistogram {
  return { scale: 20, count: 1, sum: 1, zeroCount: 0, offset, counts: [1] }
}

/** All but the sum, whose last digit depends on the order of adding. */
function exactly(histogram: ExponentialHistogram | undefined): unknown {
  if (histogram === undefined) return undefined
  const { sum: _sum, ...rest } = histogram
  return rest
}

const observations = fc.array(
  fc.oneof(
    fc.constant(0),
    fc.double({ min: Number.MIN_VALUE, noNaN: true, noDefaultInfinity: true }),
    fc.double({ min: 0.001, max: 10, noNaN: true }),
  ),
  { maxLength: 40 },
)
/** What an agent collects, and what a stranger may send: any scale, no min and max, anywhere. */
const histograms = fc.oneof(
  observations.map(histogramOf),
  fc
    .record({
      scale: fc.integer({ min: -10, max: 20 }),
      offset: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 200 }),
      counts: fc.array(fc.nat(9), { maxLength: 30 }),
      zeroCount: fc.nat(3),
    })
    .map(({ scale, offset, counts, zeroCount }) => {
      return { scale, offset, counts, zeroCount, sum: 1, count: counts.reduce((sum, each) => sum + each, zeroCount) }
    }),
)

describe('merging histograms', () => {
  it('counts every observation in the bucket that holds it, in at most 160 buckets', () => {
    fc.assert(
      fc.property(fc.array(observations, { minLength: 1, maxLength: 6 }), (groups) => {
        const merged = mergeHistograms(groups.map(histogramOf))
        const all = groups.flat()
        fc.pre(all.length > 0 && merged !== undefined)
        const { scale, offset, counts, zeroCount } = merged ?? empty
        expect(counts.length).toBeLessThanOrEqual(160)
        const expected = new Map<number, number>()
        for (const value of all.filter((each) => each > 0)) {
          const index = bucketIndex(value, scale)
          expected.set(index, (expected.get(index) ?? 0) + 1)
        }
        expect(new Map(counts.flatMap((count, at) => (count > 0 ? [[offset + at, count] as const] : [])))).toEqual(
          expected,
        )
        expect(zeroCount).toBe(all.filter((each) => each === 0).length)
        expect(merged).toMatchObject({ count: all.length, min: Math.min(...all), max: Math.max(...all) })
      }),
    )
  })

  it('is the same in any order', () => {
    fc.assert(
      fc.property(histograms, histograms, (a, b) => {
        expect(exactly(mergeHistograms([a, b]))).toEqual(exactly(mergeHistograms([b, a])))
      }),
    )
  })

  it('is the same in any grouping', () => {
    fc.assert(
      fc.property(histograms, histograms, histograms, (a, b, c) => {
        const whole = exactly(mergeHistograms([a, b, c]))
        expect(exactly(mergeHistograms([mergeHistograms([a, b]) ?? empty, c]))).toEqual(whole)
        expect(exactly(mergeHistograms([a, mergeHistograms([b, c]) ?? empty]))).toEqual(whole)
      }),
    )
  })

  it('knows nothing of empty ones', () => {
    expect(mergeHistograms([])).toBeUndefined()
    expect(mergeHistograms([histogramOf([])])).toBeUndefined()
  })

  it('knows no least and no largest where one of them does not tell', () => {
    expect(mergeHistograms([histogramOf([2, 4]), far(0)])).not.toHaveProperty('min')
  })

  it('stays small, whatever a stranger sends', () => {
    const merged = mergeHistograms([far(-(2 ** 31)), far(2 ** 31 - 1)])
    expect(merged?.count).toBe(2)
    expect(merged?.counts.length).toBeLessThanOrEqual(160)
  })

  it('takes as many as a year has', () => {
    expect(mergeHistograms(Array.from({ length: 300_000 }, () => far(7)))).toMatchObject({ count: 300_000 })
  })
})
