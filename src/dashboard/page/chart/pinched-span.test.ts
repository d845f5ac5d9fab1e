import { expect, it } from 'vitest'
import { pinchedSpan } from './pinched-span.ts'

const span = { fromMs: 0, toMs: 1000 }

it('keeps under each finger what was there', () => {
  expect(pinchedSpan(span, 100, [40, 60], [0, 100])).toEqual({ fromMs: 400, toMs: 600 })
  expect(pinchedSpan(span, 100, [60, 40], [100, 0])).toEqual({ fromMs: 400, toMs: 600 })
  expect(pinchedSpan(span, 100, [0, 100], [25, 75])).toEqual({ fromMs: -500, toMs: 1500 })
})

it('is none where two fingers are as one', () => {
  expect(pinchedSpan(span, 100, [50, 55], [0, 100])).toBeUndefined()
  expect(pinchedSpan(span, 100, [0, 100], [50, 51])).toBeUndefined()
})
