import { expect, it } from 'vitest'
import { HistogramAccumulator } from '../../metric/exponential-histogram.ts'
import { timingPoints, timingSteps, type TimedHistogram } from './timing-points.ts'

function seen(timeMs: number, ...values: readonly number[]): TimedHistogram {
  const accumulator = new HistogramAccumulator()
  for (const value of values) accumulator.record(value)
  const histogram = accumulator.take()
  if (histogram === undefined) throw new Error('nothing was recorded')
  return { timeMs, histogram }
}

it('a step has the percentiles of all that was observed in it', () => {
  // The mean of the medians would be 2.
  const readings = [seen(0, 1, 1, 1), seen(900, 3), seen(2500, 7)]
  const lines = new Map(
    timingSteps(readings, { fromMs: 0, toMs: 3000, stepMs: 1000 }).map(({ statistic, points }) => [statistic, points]),
  )
  expect(lines.get('p50')?.[0]?.[1]).toBeCloseTo(1, 1)
  expect(lines.get('p99')?.[0]).toEqual([0, 3])
  expect(lines.get('min')).toEqual([
    [0, 1],
    [1000, null],
    [2000, 7],
  ])
})

it('without steps each reading has its own', () => {
  expect(timingPoints([seen(0, 4, 4), seen(900, 3)], 'p95')).toEqual([
    [0, 4],
    [900, 3],
  ])
})
