import { describe, expect, it } from 'vitest'
import { formatAge, formatRange, formatRowTime, formatUtc } from './time.ts'

describe('formatAge', () => {
  it.each([
    [0, '0 s'],
    [2400, '2 s'],
    [190_000, '3 m 10 s'],
    [3_600_000, '1 h'],
    [3_542_400_000, '41 d'],
    [93_600_000, '1 d 2 h'],
    [-5, '0 s'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatAge(ms)).toBe(text)
  })
})

describe('formatRange', () => {
  const now = Date.parse('2026-11-24T13:30:00Z')

  it('names a range that follows the clock by its length', () => {
    expect(formatRange({ from: 'now-6h', to: 'now' }, now)).toBe('last 6 h')
  })

  it('names a fixed one by its two moments', () => {
    expect(formatRange({ from: '2026-11-20T10:00:00Z', to: '2026-11-20T11:00:00Z' }, now)).toMatch(/20.*–/)
  })
})

describe('formatRowTime', () => {
  it('has the day and the second, and the year where there may be two', () => {
    const moment = new Date(2026, 10, 24, 13, 31, 5).getTime()
    expect(formatRowTime(moment, 3_600_000)).toBe('24 Nov 13:31:05')
    expect(formatRowTime(moment, 400 * 86_400_000)).toBe('24 Nov 2026 13:31:05')
  })
})

describe('formatUtc', () => {
  it('says that it is UTC', () => {
    expect(formatUtc(Date.parse('2026-11-24T13:30:05Z'))).toBe('13:30:05 UTC')
  })
})
