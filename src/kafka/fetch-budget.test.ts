import { expect, it } from 'vitest'
import { FetchBudget } from './fetch-budget.ts'

/** Ten records of 2000 bytes in memory. */
const heldBytes = 20_000

it('two fetches of what it says, grown as the last ones did, stay within the bound', () => {
  const budget = new FetchBudget(1_000_000)
  expect(budget.bytesEach(1)).toBe(10_000)
  // Ten records of 2000 bytes in memory from 1000 packed bytes: twentyfold.
  for (let batch = 0; batch < 200; batch++) budget.learn(1000, heldBytes)
  expect(budget.bytesEach(1)).toBeCloseTo(25_000, -2)
  expect(budget.bytesEach(5)).toBeCloseTo(5000, -2)
})

it('learns at once that a batch grew more, and asks for something whatever happens', () => {
  const budget = new FetchBudget(1_000_000)
  budget.learn(10, heldBytes)
  expect(budget.bytesEach(1)).toBe(250)
  budget.learn(0, heldBytes)
  expect(new FetchBudget(1).bytesEach(3)).toBe(1)
})
