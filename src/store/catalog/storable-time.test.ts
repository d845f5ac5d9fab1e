import { expect, it } from 'vitest'
import { storableTime } from './storable-time.ts'

const now = Date.UTC(2026, 10, 24)

it.each([
  ['a time as it is', now - 5, now - 5],
  ['whole milliseconds', now - 5.5, now - 6],
  ['no later than now', now + 1, now],
  ['no earlier than MySQL can hold', -1, 86_400_000],
  ['something for what is no time', Number.NaN, 86_400_000],
])('%s', (_name, ms, expected) => {
  expect(storableTime(ms, now)).toBe(expected)
})
