import { describe, expect, it } from 'vitest'
import { fixedRange, parseRange, presets, shiftRange, spanOf } from './time-range.ts'

const now = Date.parse('2026-11-24T13:30:00Z')

describe('parseRange', () => {
  it.each([
    ['-3h', { from: 'now-3h', to: 'now' }],
    ['now-2d .. now-1d', { from: 'now-2d', to: 'now-1d' }],
    ['-2h to -1h', { from: 'now-2h', to: 'now-1h' }],
    ['2026-11-24T10:00:00Z..2026-11-24T11:00:00Z', { from: '2026-11-24T10:00:00Z', to: '2026-11-24T11:00:00Z' }],
  ])('reads %s', (typed, range) => {
    expect(parseRange(typed, now)).toEqual(range)
  })

  it('takes a day alone as all of that day', () => {
    const range = parseRange('2026-11-20', now)
    expect('fault' in range ? range : spanOf(range, now)).toEqual({
      fromMs: new Date(2026, 10, 20).getTime(),
      toMs: new Date(2026, 10, 20).getTime() + 86_400_000,
    })
  })

  it.each([
    ['soon', /'soon' is no time/],
    ['-1h .. whenever', /'whenever' is no time/],
    ['-1h .. -2h', /ends before it begins/],
    ['-100y', /longer than two years/],
  ])('says why it cannot show %s', (typed, fault) => {
    expect(parseRange(typed, now)).toEqual({ fault: expect.stringMatching(fault) })
  })

  it('reaches two years with its presets', () => {
    for (const { range } of presets) expect(parseRange(range.from, now)).toEqual(range)
    expect(presets.at(-1)?.range.from).toBe('now-730d')
  })
})

describe('shiftRange', () => {
  it('goes back by its own length, and on again to now', () => {
    const before = shiftRange({ from: 'now-1h', to: 'now' }, now, -1)
    expect(before).toEqual({ from: '2026-11-24T11:30:00Z', to: '2026-11-24T12:30:00Z' })
    expect(shiftRange(before, now, 1)).toEqual({ from: 'now-1h', to: 'now' })
  })
})

describe('spanOf', () => {
  it('falls back to an hour where the address makes no sense', () => {
    expect(spanOf({ from: 'x', to: 'y' }, now)).toEqual({ fromMs: now - 3_600_000, toMs: now })
    expect(spanOf({ from: 'now', to: 'now-1h' }, now)).toEqual({ fromMs: now - 7_200_000, toMs: now - 3_600_000 })
  })
})

describe('fixedRange', () => {
  it('is never shorter than ten seconds', () => {
    expect(fixedRange({ fromMs: now + 400, toMs: now + 600 })).toEqual({
      from: '2026-11-24T13:30:00Z',
      to: '2026-11-24T13:30:10Z',
    })
  })
})
