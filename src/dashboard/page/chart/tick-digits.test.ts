import { expect, it } from 'vitest'
import { tickDigits } from './tick-digits.ts'

it.each([
  [1, ['0', '1', '2']],
  [2.5, ['0.0', '2.5', '5.0']],
  [25, ['0', '25', '50']],
  [0.5, ['0.0', '0.5', '1.0']],
  [0.25, ['0.00', '0.25', '0.50']],
  [0.025 / 0.01, ['0.0', '2.5', '5.0']],
  [0.1 / 0.01, ['0', '10', '20']],
  [2 ** 17 / 2 ** 20, ['0.000', '0.125', '0.250']],
  [50 / 60, ['0.00', '0.83', '1.67']],
])('writes the ticks of a step of %d as they are', (step, words) => {
  expect([0, 1, 2].map((at) => (at * step).toFixed(tickDigits(step)))).toEqual(words)
})

it('never writes more than six digits', () => {
  expect(tickDigits(1e-9)).toBe(6)
})
