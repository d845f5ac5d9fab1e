import { expect, it } from 'vitest'
import { hostState } from './host-state.ts'

it.each([
  ['just measured', 0, 10_000, 'up'],
  ['a clock that runs ahead', -5000, 10_000, 'up'],
  ['three intervals', 30_000, 10_000, 'up'],
  ['more than three', 30_001, 10_000, 'late'],
  ['ten intervals, yet under two minutes', 100_000, 10_000, 'late'],
  ['more than two minutes', 120_001, 10_000, 'down'],
  ['a short interval is given 15 s', 15_000, 1000, 'up'],
  ['and no more', 15_001, 1000, 'late'],
  ['a long interval, three of them', 900_000, 300_000, 'up'],
  ['ten of them', 3_000_000, 300_000, 'late'],
  ['more than ten', 3_000_001, 300_000, 'down'],
  ['no interval told: once a minute', 180_000, undefined, 'up'],
  ['no interval told, late', 180_001, undefined, 'late'],
  ['no interval told, down', 600_001, undefined, 'down'],
] as const)('%s', (_name, ageMs, intervalMs, expected) => {
  expect(hostState(ageMs, intervalMs)).toBe(expected)
})
