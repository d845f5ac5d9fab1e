import { expect, it } from 'vitest'
import { groupRounds } from '../../test/support/group-rounds.ts'
import { machineTree } from '../../test/support/machine-tree.ts'
import { paging } from './paging.ts'

const stat = { 'proc/stat': 'cpu 1 2 3 4\nbtime 100\n' }
const vmstat = 'pgpgin 10\npgpgout 20\npswpin 3\npswpout 4\npgfault 1000\npgmajfault 30\noom_kill 2\n'
const swaps = 'Filename\tType\tSize\tUsed\tPriority\n/dev/sda2 partition 1000 250 -2\n/a\\040b file 0 0 -3\n'

function usage(state: string, device = '/dev/sda2'): string {
  return `{system.device=${device},system.paging.state=${state}}`
}

function type(name: string, direction = ''): string {
  return `{${direction}system.paging.fault.type=${name}}`
}

it('says swap, faults, operations and kills', async () => {
  const { roots } = machineTree({ ...stat, 'proc/vmstat': vmstat, 'proc/swaps': swaps })
  const [into, out] = ['system.paging.direction=in,', 'system.paging.direction=out,']
  expect(await groupRounds(paging, roots).next()).toEqual({
    [`system.paging.usage${usage('used')}`]: 256_000,
    [`system.paging.usage${usage('free')}`]: 768_000,
    [`system.paging.usage${usage('used', '/a b')}`]: 0,
    [`system.paging.usage${usage('free', '/a b')}`]: 0,
    [`system.paging.utilization${usage('used')}`]: 0.25,
    [`system.paging.utilization${usage('free')}`]: 0.75,
    [`system.paging.faults${type('major')}`]: 30,
    [`system.paging.faults${type('minor')}`]: 970,
    [`system.paging.operations${type('major', into)}`]: 3,
    [`system.paging.operations${type('major', out)}`]: 4,
    [`system.paging.operations${type('minor', into)}`]: 10,
    [`system.paging.operations${type('minor', out)}`]: 20,
    'hostvitals.memory.oom_kills': 2,
  })
})

it('has of an old kernel, without swap, what it says', async () => {
  const { roots } = machineTree({ ...stat, 'proc/vmstat': 'pgfault 5\n' })
  expect(await groupRounds(paging, roots).next()).toEqual({ 'system.paging.faults{system.paging.fault.type=minor}': 5 })
})

it('goes on with a swap that is switched off', async () => {
  const { roots, write } = machineTree({ ...stat, 'proc/vmstat': vmstat, 'proc/swaps': swaps })
  const rounds = groupRounds(paging, roots)
  await rounds.next()
  write({ 'proc/swaps': 'Filename\tType\tSize\tUsed\tPriority\n' })
  expect(Object.keys(await rounds.next()).filter((key) => key.startsWith('system.paging.usage'))).toEqual([])
})

it.each([
  ['vmstat', 'pgfault'],
  ['swaps', 'Filename\n/dev/sda2 partition 10'],
])('fails where %s is cut off', async (file, text) => {
  const { roots } = machineTree({ ...stat, 'proc/vmstat': vmstat, [`proc/${file}`]: text })
  await expect(groupRounds(paging, roots).next()).rejects.toThrow(file)
})
