import { expect, it } from 'vitest'
import { KnownStarts } from './known-starts.ts'

function body(...millis: readonly number[]): DataView {
  const view = new DataView(new ArrayBuffer(64))
  for (const [index, ms] of millis.entries()) view.setBigUint64(8 + index * 8, BigInt(ms) * 1_000_000n, true)
  return view
}

it('gives the starts in milliseconds, and the same array for as long as they are the same', () => {
  const starts = new KnownStarts(Int32Array.of(8, 0, 16))
  const first = starts.read(body(1_795_000_000_000, 5))
  expect(first).toEqual(Float64Array.of(1_795_000_000_000, 0, 5))
  expect(starts.read(body(1_795_000_000_000, 5))).toBe(first)
  expect(starts.read(body(1_795_000_000_000, 6))).toEqual(Float64Array.of(1_795_000_000_000, 0, 6))
  expect(first).toEqual(Float64Array.of(1_795_000_000_000, 0, 5))
})

it('knows no start from a start of 0', () => {
  const starts = new KnownStarts(Int32Array.of(8))
  expect(starts.read(body(0))).toBeUndefined()
  expect(starts.read(body(0))).toBeUndefined()
  expect(starts.read(body(7))).toEqual(Float64Array.of(7))
  expect(starts.read(body(0))).toBeUndefined()
})
