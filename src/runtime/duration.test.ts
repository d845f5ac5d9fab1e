import { expect, it } from 'vitest'
import { formatDuration, parseDuration } from './duration.ts'

it.each([
  ['500ms', 500],
  ['10s', 10_000],
  ['1.5s', 1500],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['7d', 604_800_000],
  ['2y', 63_072_000_000],
])('reads %s', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

it.each(['', '10', 's', '0s', '-1s', '10 s', '10sec', '1e3s'])('refuses %j and says what to write', (text) => {
  expect(() => parseDuration(text)).toThrow(expect.objectContaining({ nextStep: expect.stringContaining('500ms') }))
})

it.each([
  [500, '500ms'],
  [90_000, '90s'],
  [7_200_000, '2h'],
])('writes %d ms as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})
