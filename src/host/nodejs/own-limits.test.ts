import { expect, it } from 'vitest'
import { groupRounds } from '../../../test/support/group-rounds.ts'
import { machineTree, type MachineTree } from '../../../test/support/machine-tree.ts'
import { runtime } from './runtime.ts'

async function limits(tree: MachineTree): Promise<readonly (number | undefined)[]> {
  const found = await groupRounds(runtime, machineTree(tree).roots).next()
  return [found['hostvitals.agent.memory.limit'], found['hostvitals.agent.cpu.limit']]
}

const two = { 'sys/fs/cgroup/cgroup.controllers': 'cpu memory\n' }

it.each<[string, MachineTree, readonly (number | undefined)[]]>([
  [
    'the least of its own and of those above',
    {
      ...two,
      'proc/self/cgroup': '0::/system.slice/hostvitals.service\n',
      'sys/fs/cgroup/system.slice/memory.max': '100000000\n',
      'sys/fs/cgroup/system.slice/hostvitals.service/memory.max': '268435456\n',
      'sys/fs/cgroup/system.slice/hostvitals.service/cpu.max': '50000 100000\n',
      'sys/fs/cgroup/system.slice/cpu.max': 'max 100000\n',
    },
    [100_000_000, 0.5],
  ],
  [
    'the root’s in a container, which is its own',
    {
      ...two,
      'proc/self/cgroup': '0::/\n',
      'sys/fs/cgroup/memory.max': '5000\n',
      'sys/fs/cgroup/cpu.max': '200000 100000\n',
    },
    [5000, 2],
  ],
  [
    'the root’s in a container of version 1 that sees the host’s path',
    {
      'proc/self/cgroup': '4:memory:/docker/abc\n2:cpu,cpuacct:/docker/abc\n',
      'sys/fs/cgroup/memory/memory.stat': 'rss 1\nhierarchical_memory_limit 7000\n',
      'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '25000\n',
      'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
    },
    [7000, 0.25],
  ],
  [
    'none where nothing limits it',
    {
      'proc/self/cgroup': '4:memory:/a\n1:cpu:/a\n',
      'sys/fs/cgroup/memory/a/memory.stat': 'hierarchical_memory_limit 9223372036854771712\n',
      'sys/fs/cgroup/cpu/a/cpu.cfs_quota_us': '-1\n',
      'sys/fs/cgroup/cpu/a/cpu.cfs_period_us': '100000\n',
    },
    [undefined, undefined],
  ],
  ['none where nothing can be seen', {}, [undefined, undefined]],
  [
    'none in garbage',
    { ...two, 'proc/self/cgroup': '\u0000\u0001::', 'sys/fs/cgroup/memory.max': 'x' },
    [undefined, undefined],
  ],
])('the agent’s limits are %s', async (_what, tree, expected) => {
  expect(await limits(tree)).toEqual(expected)
})
