import { expect, it } from 'vitest'
import { formatAge } from './age.ts'

it.each([
  [0, '0s'],
  [-5, '0s'],
  [999, '0s'],
  [59_999, '59s'],
  [60_000, '1m'],
  [119_999, '1m'],
  [3_600_000, '1h'],
  [3_900_000, '1h 5m'],
  [36_900_000, '10h'],
  [90_000_000, '1d 1h'],
  [86_400_000 * 30, '30d'],
])('%i ms: %s', (ms, expected) => {
  expect(formatAge(ms)).toBe(expected)
})
