import { describe, expect, it } from 'vitest'
import { counterPoints, counterSteps, type CounterHistory } from './counter-points.ts'
import type { Point } from './points.ts'

const seconds = 1000

function history(totals: readonly Point[], given: Partial<CounterHistory> = {}): CounterHistory {
  return { totals, startsMs: [], sinceMs: 0, intervalMs: seconds, ...given }
}

describe('the points of a counter', () => {
  it.each([
    [
      'steady',
      [
        [0, 5],
        [1000, 7],
        [3000, 8],
      ],
      [
        [1000, 2],
        [3000, 0.5],
      ],
      [
        [1000, 2],
        [3000, 1],
      ],
    ],
    [
      'reset',
      [
        [0, 5],
        [1000, 1],
        [2000, 3],
      ],
      [
        [1000, 1],
        [2000, 2],
      ],
      [
        [1000, 1],
        [2000, 2],
      ],
    ],
    [
      'over a missing reading',
      [
        [0, 5],
        [1000, null],
        [2000, 9],
      ],
      [[2000, 2]],
      [[2000, 4]],
    ],
    [
      'over a silence',
      [
        [0, 5],
        [9000, 50],
        [10_000, 51],
      ],
      [
        [1000, null],
        [9000, null],
        [10_000, 1],
      ],
      [
        [1000, null],
        [9000, 45],
        [10_000, 1],
      ],
    ],
    ['a lone reading', [[0, 5]], [], []],
  ] as const)('%s', (_name, totals, rates, grown) => {
    expect(counterPoints(history(totals), 'rate', 0)).toEqual(rates)
    expect(counterPoints(history(totals), 'increase', 0)).toEqual(grown)
  })

  it('begin with what the counter grew by since the reading before the range', () => {
    expect(
      counterPoints(
        history([
          [1000, 5],
          [2000, 6],
          [3000, 8],
        ]),
        'increase',
        2000,
      ),
    ).toEqual([
      [2000, 1],
      [3000, 2],
    ])
  })

  it('count a counter from its start on, whose rate before its first reading nobody knows', () => {
    const begun = history(
      [
        [1000, 7],
        [2000, 9],
      ],
      { startsMs: [900] },
    )
    expect(counterPoints(begun, 'increase', 0)).toEqual([
      [1000, 7],
      [2000, 2],
    ])
    expect(counterPoints(begun, 'rate', 0)).toEqual([[2000, 2]])
    expect(counterPoints(begun, 'increase', 950)).toEqual([[2000, 2]])
  })

  it('know a new start where the total is larger than the former one', () => {
    const restarted = history(
      [
        [1000, 7],
        [2000, 9],
      ],
      { startsMs: [1500], sinceMs: 0 },
    )
    expect(counterPoints(restarted, 'increase', 0)).toEqual([[2000, 9]])
  })

  it('take the rhythm of the readings where the host’s interval is shorter', () => {
    const slow = history([
      [0, 0],
      [60_000, 60],
      [120_000, 120],
      [180_000, 180],
    ])
    expect(counterPoints(slow, 'rate', 0)).toEqual([
      [60_000, 1],
      [120_000, 1],
      [180_000, 1],
    ])
  })
})

describe('the steps of a counter', () => {
  const totals: readonly Point[] = [
    [500, 10],
    [1500, 11],
    [2500, 14],
    [3500, 2],
    [9500, 20],
    [10_500, 21],
  ]
  const grid = { fromMs: 0, toMs: 12_000, stepMs: 2000 }

  it('add up to what the readings say', () => {
    const steps = counterSteps([history(totals)], 'increase', grid)
    expect(steps).toEqual([
      [0, 1],
      [2000, 5],
      [4000, null],
      [6000, null],
      [8000, 18],
      [10_000, 1],
    ])
  })

  it('divide it by the time that it took, but not over a silence', () => {
    const steps = counterSteps([history(totals)], 'rate', grid)
    expect(steps).toEqual([
      [0, 1],
      [2000, 2.5],
      [4000, null],
      [6000, null],
      [8000, null],
      [10_000, 1],
    ])
  })
})
