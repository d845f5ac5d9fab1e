import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CounterReading, increases } from './increase.ts'

function readingsOf(...pairs: readonly (readonly [timeMs: number, total: number])[]): readonly CounterReading[] {
  return pairs.map(([timeMs, total]) => ({ timeMs, total }))
}

function amountsOf(readings: readonly CounterReading[], startsMs: readonly number[] = [], sinceMs?: number) {
  return increases(readings, startsMs, sinceMs).map(({ toMs, amount }) => [toMs, amount])
}

describe('the increase of a counter', () => {
  it.each([
    [
      'grows by the difference',
      readingsOf([0, 5], [10, 7], [30, 7]),
      [],
      [
        [10, 2],
        [30, 0],
      ],
    ],
    [
      'is all of a total that fell',
      readingsOf([0, 5], [10, 2], [20, 4]),
      [],
      [
        [10, 2],
        [20, 2],
      ],
    ],
    ['is all of a total that began anew, though it is larger', readingsOf([0, 5], [10, 9]), [3], [[10, 9]]],
    ['does not heed a start from before', readingsOf([5, 5], [10, 9]), [5], [[10, 4]]],
    [
      'does not heed a start at the reading itself',
      readingsOf([5, 5], [10, 9], [15, 10]),
      [10],
      [
        [10, 4],
        [15, 1],
      ],
    ],
    ['counts from the last of several starts', readingsOf([0, 5], [10, 1]), [7, 3], [[10, 1]]],
    ['knows nothing of a first reading', readingsOf([10, 900]), [], []],
    [
      'knows all of a counter that began in the range',
      readingsOf([10, 7], [20, 9]),
      [8],
      [
        [10, 7],
        [20, 2],
      ],
    ],
    [
      'takes the first of two readings of one time',
      readingsOf([0, 5], [10, 7], [10, 90], [20, 8]),
      [],
      [
        [10, 2],
        [20, 1],
      ],
    ],
    ['is never negative, even of a stranger’s negative totals', readingsOf([0, 5], [10, -3]), [], [[10, 0]]],
  ])('%s', (_what, readings, starts, expected) => {
    expect(amountsOf(readings, starts)).toEqual(expected)
  })

  it('knows nothing of a first reading whose counter began before the range', () => {
    expect(amountsOf(readingsOf([10, 7]), [3], 5)).toEqual([])
    expect(amountsOf(readingsOf([10, 7]), [6], 5)).toEqual([[10, 7]])
  })

  it('goes on after an agent that was restarted, and begins anew with a host that was', () => {
    const readings = readingsOf([0, 100], [10, 110], [60, 130], [70, 140], [200, 150], [210, 155])
    // The same boot over the agent's restart at 50; another at 195, with a total that grew beyond the former one.
    expect(amountsOf(readings, [-5000, 195], 0)).toEqual([
      [10, 10],
      [60, 20],
      [70, 10],
      [200, 150],
      [210, 5],
    ])
  })

  /** A true counter: what it does, read now and then, with resets that tell their start or not. */
  const history = fc.array(
    fc.record({
      afterMs: fc.integer({ min: 2, max: 1000 }),
      grows: fc.nat(1000),
      reset: fc.constantFrom('none', 'none', 'none', 'told', 'untold'),
    }),
    { minLength: 1, maxLength: 40 },
  )

  it('is what was counted, and adds up over adjoining ranges', () => {
    fc.assert(
      fc.property(history, fc.nat(40), (steps, cut) => {
        const readings: CounterReading[] = [{ timeMs: 0, total: 50 }]
        const starts: number[] = []
        let counted = 0
        for (const { afterMs, grows, reset } of steps) {
          const { timeMs, total } = readings.at(-1) ?? { timeMs: 0, total: 0 }
          // One that does not tell its start is only seen to fall.
          const isReset = reset === 'told' || (reset === 'untold' && grows < total)
          if (reset === 'told') starts.push(timeMs + 1)
          readings.push({ timeMs: timeMs + afterMs, total: isReset ? grows : total + grows })
          counted += grows
        }
        const sum = (some: readonly CounterReading[], since?: number): number =>
          increases(some, starts, since).reduce((all, { amount }) => all + amount, 0)
        const at = Math.min(cut, readings.length - 1)
        const border = readings[at]?.timeMs
        expect(sum(readings)).toBe(counted)
        expect(sum(readings.slice(0, at + 1)) + sum(readings.slice(at), border)).toBe(counted)
      }),
    )
  })
})
