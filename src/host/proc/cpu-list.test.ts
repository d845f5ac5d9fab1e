import { expect, it } from 'vitest'
import { parseCpuList } from './cpu-list.ts'

it.each([
  ['', []],
  ['0', [0]],
  ['0-3', [0, 1, 2, 3]],
  ['0,64', [0, 64]],
  ['0-1,4,6-7', [0, 1, 4, 6, 7]],
])('%j is %j', (text, numbers) => {
  expect(parseCpuList('online', text)).toEqual(numbers)
})

it.each(['a', '3-1', '0-', '0-99999999', '0,,1'])('refuses %j', (text) => {
  expect(() => parseCpuList('online', text)).toThrow(/^online: /)
})
