import { expect, it } from 'vitest'
import { faultKinds, planOf } from './plan.ts'

function firstSteps(seed: number, count: number) {
  return planOf(seed, new Set(faultKinds)).map(({ name, steps }) => {
    const taken = []
    for (const step of steps) {
      taken.push(step)
      if (taken.length === count) break
    }
    return { name, taken }
  })
}

it('draws the same steps from the same seed, and others from another', () => {
  expect(firstSteps(7, 40)).toEqual(firstSteps(7, 40))
  expect(firstSteps(7, 40)).not.toEqual(firstSteps(8, 40))
})

it('does each thing once before it does any again', () => {
  for (const lane of planOf(3, new Set(faultKinds))) {
    const kinds = []
    for (const { kind } of lane.steps) {
      kinds.push(kind)
      if (kinds.length === lane.round) break
    }
    expect(new Set(kinds).size).toBe(lane.round)
  }
})

it('leaves out what cannot be done, and no lane stays empty', () => {
  expect(planOf(1, new Set(['agent killed'])).map(({ name, round }) => ({ name, round }))).toEqual([
    { name: 'agents', round: 1 },
  ])
})

it('keeps a consumer stopped for longer than its session', () => {
  for (const { steps } of planOf(5, new Set(['consumer stopped']))) {
    let seen = 0
    for (const { durationMs } of steps) {
      expect(durationMs).toBeGreaterThan(10_000)
      if (++seen === 100) break
    }
  }
})
