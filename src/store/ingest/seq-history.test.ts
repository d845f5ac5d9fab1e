import { array, assert, constantFrom, integer, property, record } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SeqHistory } from './seq-history.ts'

function textOf({ gaps, high }: SeqHistory): string {
  const each = gaps.map(({ fromSeq, toSeq, state, reason }) => `${fromSeq}-${toSeq} ${reason ?? state}`)
  return [`high ${high}`, ...each].join(', ')
}

describe('a history of seqs', () => {
  it.each([
    ['in order', [1, 2, 3], 'high 3'],
    ['one skipped', [1, 3], 'high 3, 2-2 open'],
    ['the first skipped', [4], 'high 4, 1-3 open'],
    ['skipped and come', [1, 3, 2], 'high 3'],
    ['split', [7, 3], 'high 7, 1-2 open, 4-6 open'],
    ['shrunk below', [7, 1], 'high 7, 2-6 open'],
    ['shrunk above', [7, 6], 'high 7, 1-5 open'],
    ['twice', [1, 3, 3, 1], 'high 3, 2-2 open'],
  ])('%s', (_name, arrivals, expected) => {
    const history = new SeqHistory(0, [], 0)
    for (const seq of arrivals) history.arrive(seq)
    expect(textOf(history)).toBe(expected)
  })

  it.each([
    ['a tombstone over what never came', [1, 5], [2, 4, 'lost', 'full'], 'high 5, 2-4 full'],
    ['a tombstone over a part that came', [1, 3, 6], [2, 5, 'lost', 'full'], 'high 6, 2-2 full, 4-5 full'],
    ['a tombstone ahead of the watermark', [1], [4, 6, 'lost', 'full'], 'high 6, 2-3 open, 4-6 full'],
    ['a tombstone over all that came', [1, 2, 3], [1, 3, 'lost', 'full'], 'high 3'],
    ['the end of a run', [1, 3], [1, 5, 'open'], 'high 5, 2-2 open, 4-5 open'],
    ['too old', [1, 2], [3, 3, 'expired', 'old'], 'high 3, 3-3 old'],
  ] as const)('%s', (_name, arrivals, [from, to, state, reason], expected) => {
    const history = new SeqHistory(0, [], 0)
    for (const seq of arrivals) history.arrive(seq)
    history.miss(from, to, state, reason)
    expect(textOf(history)).toBe(expected)
  })

  it('takes back what had arrived, and leaves its neighbours as they were', () => {
    const history = new SeqHistory(4, [{ fromSeq: 2, toSeq: 2, state: 'open', reason: undefined, notedAtMs: 5 }], 9)
    for (const seq of [2, 3, 8]) history.takeBack(seq)
    expect(textOf(history)).toBe('high 4, 2-2 open, 3-3 open')
    history.miss(3, 3, 'expired', 'old')
    expect(textOf(history)).toBe('high 4, 2-2 open, 3-3 old')
    history.arrive(3)
    expect(history.gaps).toEqual([{ fromSeq: 2, toSeq: 2, state: 'open', reason: undefined, notedAtMs: 5 }])
  })

  it('does not make open again what is lost', () => {
    const history = new SeqHistory(0, [], 0)
    history.miss(1, 9, 'lost', 'full')
    history.miss(1, 9, 'open')
    expect(textOf(history)).toBe('high 9, 1-9 full')
  })

  it('keeps one gap for a thousand late records in a row', () => {
    const history = new SeqHistory(0, [], 0)
    for (let seq = 1; seq <= 1000; seq++) history.miss(seq, seq, 'expired', 'old')
    expect(textOf(history)).toBe('high 1000, 1-1000 old')
  })

  it('agrees with a set of what came, whatever the order', () => {
    const step = record({
      arrives: constantFrom(true, false),
      from: integer({ min: 1, max: 30 }),
      length: integer({ min: 0, max: 9 }),
    })
    assert(
      property(array(step, { maxLength: 40 }), (steps) => {
        const history = new SeqHistory(0, [], 0)
        const arrived = new Set<number>()
        for (const { arrives, from, length } of steps) {
          if (arrives) arrived.add(from)
          if (arrives) history.arrive(from)
          else history.miss(from, from + length, 'lost', 'full')
        }
        const highest = Math.max(0, history.high)
        for (let seq = 1; seq <= highest; seq++) expect(history.hasArrived(seq)).toBe(arrived.has(seq))
        expect(history.hasArrived(highest + 1)).toBe(false)
        const { gaps } = history
        expect(gaps.every((gap, index) => gap.fromSeq > (gaps[index - 1]?.toSeq ?? 0) && gap.toSeq <= highest)).toBe(
          true,
        )
      }),
    )
  })
})
