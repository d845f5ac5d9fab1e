import { expect, it } from 'vitest'
import { groupRounds } from '../../test/support/group-rounds.ts'
import { machineTree } from '../../test/support/machine-tree.ts'
import { load } from './load.ts'

const averages = {
  'system.cpu.load_average.1m': 0.5,
  'system.cpu.load_average.5m': 10,
  'system.cpu.load_average.15m': 2.25,
}

it.each([
  [
    'and the threads that make it',
    'cpu 1 2 3 4\nprocs_running 3\nprocs_blocked 1\n',
    { 'hostvitals.threads.running': 3, 'hostvitals.threads.blocked': 1 },
  ],
  ['alone', 'cpu 1 2 3 4\n', {}],
])('says the load %s', async (_what, stat, threads) => {
  const { roots } = machineTree({ 'proc/loadavg': '0.50 10.00 2.25 1/233 4711\n', 'proc/stat': stat })
  expect(await groupRounds(load, roots).next()).toEqual({ ...averages, ...threads })
})

it('fails where the file is cut off', async () => {
  const { roots } = machineTree({ 'proc/loadavg': '0.50 10.0' })
  await expect(groupRounds(load, roots).next()).rejects.toThrow('loadavg')
})
