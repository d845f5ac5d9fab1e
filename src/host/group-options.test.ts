import { expect, it } from 'vitest'
import { ConfigurationError } from '../runtime/errors.ts'
import { host } from './index.ts'

it.each([
  [{ dsk: true }, "host() has no group 'dsk'", 'disk'],
  [{ disk: 'all' }, 'host(): disk is "all"', 'true, false'],
  [{ disk: { exlude: [] } }, "host() has no option 'exlude' of the group disk", 'exclude'],
  [{ disk: { exclude: 'sda' } }, 'host(): disk.exclude is a string, not a list of texts', '["{loop'],
  [{ disk: { exclude: [1] } }, 'host(): disk.exclude is a list, not a list of texts', '["{loop'],
  [{ cpu: { perCpu: null } }, 'host(): cpu.perCpu is null, not a boolean', 'false'],
  [{ cpu: { also: ['system.cpu.tme'] } }, "host(): the group cpu has no metric 'system.cpu.tme'", 'system.cpu.time'],
  [{ cpu: { without: 'x' } }, 'host(): cpu.without is a string, not a list of', "['system.cpu.time']"],
  [{ cpu: { interval: 5 } }, 'host(): cpu.interval is a number, not a duration', "'60s'"],
])('host(%j) is refused', (options, message, nextStep) => {
  let refusal: unknown
  try {
    // What a person may write in JavaScript.
    host(options as Parameters<typeof host>[0])
  } catch (error) {
    refusal = error
  }
  expect(refusal).toBeInstanceOf(ConfigurationError)
  expect(refusal).toMatchObject({
    message: expect.stringContaining(message),
    nextStep: expect.stringContaining(nextStep),
  })
})

it('a group may have an interval of its own', () => {
  expect(host({ filesystem: { interval: '60s' } }).find(({ name }) => name === 'filesystem')?.intervalMs).toBe(60_000)
})
