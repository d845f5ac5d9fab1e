import { expect, it } from 'vitest'
import { isConstantSeries } from './constant-series.ts'
import type { Attributes, Series } from './sample.ts'

function series(attributes: Attributes): Series {
  return Object.freeze<Series>({ name: 'a', unit: '1', kind: 'gauge', attributes })
}

it('knows a series that nobody can change from one that somebody can', () => {
  const attributes = Object.freeze({ a: 'b', c: 1, d: true })
  expect(isConstantSeries(series(attributes))).toBe(true)
  expect(isConstantSeries({ ...series(attributes) })).toBe(false)
  expect(isConstantSeries(series({ a: 'b' }))).toBe(false)
  expect(isConstantSeries(series(Object.freeze({ a: ['b'] })))).toBe(false)
})
