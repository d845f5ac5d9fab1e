import { expect, it } from 'vitest'
import { groupRounds } from '../../../test/support/group-rounds.ts'
import { machineTree } from '../../../test/support/machine-tree.ts'
import { processes } from './processes.ts'

const stat = { 'proc/stat': 'cpu 1 2 3 4\nbtime 100\nprocesses 4711\n' }

function running(...states: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(states.map((state, at) => [`proc/${at + 1}/stat`, `${at + 1} (a (b) c) ${state} 0 1 1\n`]))
}

function of(state: string): string {
  return `system.process.count{process.state=${state}}`
}

it('counts processes by state, and says how many were started and can be', async () => {
  const { roots } = machineTree({
    ...stat,
    ...running('S', 'R', 'D', 'Z', 'T', 'S'),
    'proc/sys/kernel/pid_max': '4194304\n',
    'proc/sys/kernel/threads-max': '192000\n',
    'proc/self/stat': 'no process',
  })
  expect(await groupRounds(processes, roots).next()).toEqual({
    [of('running')]: 1,
    [of('sleeping')]: 3,
    [of('stopped')]: 1,
    [of('defunct')]: 1,
    'system.process.created': 4711,
    'system.process.limit': 192_000,
  })
})

it('goes on where a process ends between the list and the question', async () => {
  const { roots } = machineTree({ ...stat, ...running('S', 'S'), 'proc/3/comm': 'gone' })
  expect((await groupRounds(processes, roots).next())[of('sleeping')]).toBe(2)
})

it('has no counts where processes are hidden', async () => {
  const { roots } = machineTree({ ...stat, 'proc/500/stat': '500 (mine) S 1' })
  expect(await groupRounds(processes, roots).next()).toEqual({ 'system.process.created': 4711 })
})

it('counts five hundred, with others in between', async () => {
  const { roots } = machineTree({ ...stat, ...running(...Array.from({ length: 500 }, () => 'S')) })
  expect((await groupRounds(processes, roots).next())[of('sleeping')]).toBe(500)
})

it('fails where a process has no state', async () => {
  const { roots } = machineTree({ ...stat, 'proc/1/stat': '1 (a' })
  await expect(groupRounds(processes, roots).next()).rejects.toThrow('PID/stat')
})
