import { expect, it } from 'vitest'
import { windowRows } from './window-rows.ts'

const heights = Array.from({ length: 1000 }, (_, row) => (row % 10 === 0 ? 62 : 36))
const total = heights.reduce((sum, height) => sum + height, 0)

it.each([0, 5000, 20_000, 38_000])('draws few rows about %d, and the room of the others', (top) => {
  const { first, end, before, after } = windowRows(heights, top, top + 900)
  const drawn = heights.slice(first, end).reduce((sum, height) => sum + height, 0)
  expect(before + drawn + after).toBe(total)
  expect(before).toBeLessThanOrEqual(Math.max(0, top))
  expect(before + drawn).toBeGreaterThanOrEqual(Math.min(total, top + 900))
  expect(end - first).toBeLessThan(70)
})

it('draws the end where it is scrolled beyond it', () => {
  expect(windowRows([30, 30], 5000, 5900)).toEqual({ first: 2, end: 2, before: 60, after: 0 })
  expect(windowRows([], 0, 900)).toEqual({ first: 0, end: 0, before: 0, after: 0 })
})
