import { describe, expect, it } from 'vitest'
import { durationText, parseMoment } from './time-expression.ts'

const now = Date.parse('2026-11-24T13:30:00Z')

describe('parseMoment', () => {
  it.each([
    ['now', 'now', 0],
    [' NOW ', 'now', 0],
    ['-3h', 'now-3h', 10_800_000],
    ['now-1d', 'now-1d', 86_400_000],
    ['now - 90m', 'now-90m', 5_400_000],
    ['-2w', 'now-14d', 1_209_600_000],
    ['-1y', 'now-365d', 31_536_000_000],
    ['-1.5h', 'now-90m', 5_400_000],
  ])('reads %s as %s', (typed, text, agoMs) => {
    expect(parseMoment(typed, now)).toEqual({ text, ms: now - agoMs })
  })

  it.each([
    ['2026-11-24T10:00:00Z', Date.parse('2026-11-24T10:00:00Z')],
    ['2026-11-24T10:00:00+02:00', Date.parse('2026-11-24T08:00:00Z')],
    ['1795514400000', 1_795_514_400_000],
    ['2026-11-24 10:00', new Date(2026, 10, 24, 10).getTime()],
    ['2026-11-24', new Date(2026, 10, 24).getTime()],
  ])('reads %s as a fixed moment', (typed, ms) => {
    const moment = parseMoment(typed, now)
    expect(moment?.ms).toBe(ms)
    expect(parseMoment(moment?.text ?? '', now)).toEqual(moment)
  })

  it('takes an hour as one of today', () => {
    expect(parseMoment('10:05', now)?.ms).toBe(new Date(now).setHours(10, 5, 0, 0))
  })

  it.each(['', 'yesterday', '3h', '-3x', '-0h', '25:00', '2026-13-40', '<script>', 'now+1h', '2026'])(
    'refuses %j',
    (typed) => {
      expect(parseMoment(typed, now)).toBeUndefined()
    },
  )
})

describe('durationText', () => {
  it.each([
    [5_400_000, '90m'],
    [86_400_000, '1d'],
    [90_000, '90s'],
    [7_200_000, '2h'],
    [1, '1s'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(durationText(ms)).toBe(text)
  })
})
