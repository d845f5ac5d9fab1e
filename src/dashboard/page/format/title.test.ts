import { expect, it } from 'vitest'
import { chartTitle } from './title.ts'

it.each([
  ['system.cpu.utilization', 'CPU utilization'],
  ['system.cpu.load_average.1m', 'CPU load average 1 min'],
  ['system.network.io', 'Network traffic'],
  ['system.memory.linux.available', 'Memory Linux available'],
  ['process.cpu.time', 'Process CPU time'],
  ['mail.queue', 'mail.queue'],
  ['system', 'system'],
])('calls %s %s', (metric, title) => {
  expect(chartTitle(metric, metric)).toBe(title)
})

it('keeps a name that the server gave', () => {
  expect(chartTitle('Load', 'system.cpu.load_average.1m')).toBe('Load')
})
