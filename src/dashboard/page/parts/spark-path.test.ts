import { expect, it } from 'vitest'
import { sparkPath } from './spark-path.ts'

it('never joins a gap, and shows a value between two gaps', () => {
  expect(sparkPath([0, 1, null, 1, null, 0, 0], 60, 20, 1)).toBe('M0 19L10 1M30 1h1.5M50 19L60 19')
})

it('draws a share against the whole', () => {
  expect(sparkPath([0.5, 0.5], 10, 22, 1)).toBe('M0 11L10 11')
})

it('draws nothing where nothing is known', () => {
  expect(sparkPath([null, null], 60, 20, 0)).toBe('')
})
