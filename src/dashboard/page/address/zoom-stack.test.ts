import { describe, expect, it } from 'vitest'
import { spanOf } from './time-range.ts'
import { readStack, zoomIn, zoomOut } from './zoom-stack.ts'

const now = Date.parse('2026-11-24T13:30:00Z')
const hour = { from: 'now-1h', to: 'now' }

describe('a stack of zooms', () => {
  it('leads back through every zoom to where it began', () => {
    const first = zoomIn([], hour, { fromMs: now - 1_800_000, toMs: now - 600_000 })
    const second = zoomIn(first.stack, first.range, { fromMs: now - 1_200_000, toMs: now - 900_000 })
    expect(second.range).toEqual({ from: '2026-11-24T13:10:00Z', to: '2026-11-24T13:15:00Z' })
    const back = zoomOut(second.stack, second.range, now)
    expect(back).toEqual(first)
    expect(zoomOut(back.stack, back.range, now)).toEqual({ range: hour, stack: [] })
  })

  it('widens three times about the middle where nothing leads back', () => {
    const opened = { from: '2026-11-24T10:00:00Z', to: '2026-11-24T11:00:00Z' }
    expect(zoomOut([], opened, now).range).toEqual({ from: '2026-11-24T09:00:00Z', to: '2026-11-24T12:00:00Z' })
  })

  it('widens no further than to now, and then follows it', () => {
    expect(zoomOut([], hour, now).range).toEqual({ from: 'now-3h', to: 'now' })
  })

  it('keeps the last twenty', () => {
    const deep = Array.from({ length: 40 }).reduce<ReturnType<typeof zoomIn>>(
      ({ range, stack }) => zoomIn(stack, range, spanOf(range, now)),
      { range: hour, stack: [] },
    )
    expect(deep.stack).toHaveLength(20)
  })

  it.each([null, undefined, 7, {}, { zooms: 'x' }])('is empty for %j in the history', (state) => {
    expect(readStack(state)).toEqual([])
  })

  it('is read from the history without what is no range', () => {
    expect(readStack({ zooms: [hour, { from: 1 }, null] })).toEqual([hour])
  })
})
