import { describe, expect, it } from 'vitest'
import { groupStep, pickAnswerTier } from './answer-tier.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

describe('the step of groups of hosts, where nobody asked for one', () => {
  it.each([
    ['a second', 10_000, 1000],
    ['an hour', hour, 36_000],
    ['six hours', 6 * hour, 10 * minute],
    ['a day', day, 10 * minute],
    ['a week', 7 * day, 2 * hour],
    ['a year', 365 * day, 88 * hour],
  ])('of %s', (_, rangeMs, stepMs) => {
    expect(groupStep(rangeMs)).toBe(stepMs)
  })

  it.each([6 * hour, day, 30 * day, 400 * day])('of a long range (%d ms) is one that a tier answers', (rangeMs) => {
    const asked = { fromMs: 0, toMs: rangeMs, stepMs: groupStep(rangeMs), floorMs: 0 }
    expect(pickAnswerTier(asked).tier).not.toBe('raw')
  })
})
