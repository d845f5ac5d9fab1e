import { expect, it } from 'vitest'
import { nearest } from './nearest.ts'

it.each([
  ['interval', ['interval', 'timeout'], ['interval']],
  ['intervall', ['interval', 'timeout'], ['interval']],
  ['itnerval', ['interval', 'timeout'], ['interval']],
  ['system.cpu', ['system.cpu.time', 'system.memory.usage'], ['system.cpu.time']],
  ['zzz', ['interval', 'timeout'], []],
])('takes %s for one of %j: %j', (typed, candidates, expected) => {
  expect(nearest(typed, candidates)).toEqual(expected)
})
