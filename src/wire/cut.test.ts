import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { samples } from '../../test/support/wire-samples.ts'
import { isHistogramSample } from '../metric/sample.ts'
import { cutSamples } from './cut.ts'

it('keeps every sample once, in order, numbers before histograms, in parts that are not mixed', () => {
  fc.assert(
    fc.property(samples, fc.integer({ min: 1, max: 9 }), (round, most) => {
      const parts = cutSamples(round, most)
      const numbers = round.filter((sample) => !isHistogramSample(sample))
      expect(parts.flat()).toEqual([...numbers, ...round.filter(isHistogramSample)])
      for (const part of parts) {
        expect(part.length).toBeGreaterThan(0)
        expect(part.length).toBeLessThanOrEqual(most)
        expect(new Set(part.map(isHistogramSample)).size).toBe(1)
      }
      expect(parts.length).toBe(Math.ceil(numbers.length / most) + Math.ceil((round.length - numbers.length) / most))
    }),
  )
})

it('makes one record of a round of 200 numbers, two of 201', () => {
  const number = { series: { name: 'a', unit: '', kind: 'gauge' as const, attributes: {} }, value: 1 }
  const counts = [0, 200, 201].map((count) =>
    cutSamples(Array.from({ length: count }, () => number)).map((part) => part.length),
  )
  expect(counts).toEqual([[], [200], [200, 1]])
})
