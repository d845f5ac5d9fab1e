import { expect, it } from 'vitest'
import { formatValue } from './units.ts'

it.each([
  [0, 'By', '0 B'],
  [1536, 'By', '1.5 KiB'],
  [3_221_225_472, 'By', '3 GiB'],
  [90_000, 'By/s', '87.9 KiB/s'],
  [0.1234, '1', '12.3 %'],
  [0.0123, 's', '12.3 ms'],
  [4125.7, 's', '4126 s'],
  [7, '{message}', '7 message'],
  [12.345, '', '12.3'],
  [-2048, 'By', '-2 KiB'],
])('writes %d %s as %s', (value, unit, text) => {
  expect(formatValue(value, unit)).toBe(text)
})

it('writes a flag as its number, not as per cent', () => {
  expect(formatValue(1, '1', true)).toBe('1')
  expect(formatValue(1, '1')).toBe('100 %')
})
