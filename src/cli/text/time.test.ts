import { expect, it } from 'vitest'
import { parseTime } from './time.ts'

const now = Date.UTC(2026, 10, 24, 12)

it.each([
  ['now', now],
  ['-1h', now - 3_600_000],
  ['-30s', now - 30_000],
  ['2026-11-24T10:00:00Z', Date.UTC(2026, 10, 24, 10)],
  ['2026-11-24', Date.UTC(2026, 10, 24)],
])('reads %s', (text, expected) => {
  expect(parseTime(text, now)).toBe(expected)
})

it.each(['', 'yesterday', '12', '2026-13-99', '-1x'])('refuses %j with what to write', (text) => {
  expect(() => parseTime(text, now)).toThrow(expect.objectContaining({ nextStep: expect.any(String) }))
})
