import { mkdirSync, symlinkSync } from 'node:fs'
import { expect, it } from 'vitest'
import { boot, dated, few, group2, starts } from '../../../test/support/container-tree.ts'
import { type Found, groupRounds } from '../../../test/support/group-rounds.ts'
import { machineTree } from '../../../test/support/machine-tree.ts'
import { containers } from './containers.ts'

const one = '1a'.repeat(32)
const other = '2b'.repeat(32)
/** Without the container's own attributes and the name spaces. */
function short(found: Found): Found {
  return Object.fromEntries(
    Object.entries(found).map(([key, value]) => [
      key.replace(/^(?:hostvitals\.)?container\./, '').replaceAll(/container\.(?:id|runtime\.name)=[^,}]*,?/g, ''),
      value,
    ]),
  )
}

const path = `/system.slice/docker-${one}.scope`
const files = {
  'cpu.stat':
    'usage_usec 3500000\nuser_usec 2000000\nsystem_usec 1500000\nnr_periods 40\nnr_throttled 4\nthrottled_usec 250000\n',
  'cpu.max': '150000 100000\n',
  'memory.current': '10485760\n',
  'memory.stat': 'anon 4194304\nfile 6291456\ninactive_file 2097152\npgfault 500\npgmajfault 20\n',
  'memory.max': '20971520\n',
  'memory.swap.current': '4096\n',
  'memory.events': 'low 0\nhigh 0\nmax 3\noom 2\noom_kill 1\n',
  'pids.current': '7\n',
  'pids.max': 'max\n',
  'io.stat': '8:0 rbytes=1024 wbytes=2048 rios=1 wios=2 dbytes=0 dios=0\n253:1 \n',
}

it('measures a container of version 2', async () => {
  const tree = machineTree({ ...group2(path, files), 'sys/devices/block/sda/size': '1' })
  mkdirSync(`${tree.roots.sys}/dev/block`, { recursive: true })
  symlinkSync('../../devices/block/sda', `${tree.roots.sys}/dev/block/8:0`)
  dated(tree, path, 940)
  const rounds = groupRounds(containers, tree.roots, { also: ['container.cpu.usage', 'container.paging.faults'] })
  const found = await rounds.next()
  expect(Object.keys(found)[0]).toBe(`container.uptime{container.id=${one},container.runtime.name=docker}`)
  expect(short(found)).toEqual({
    'uptime{}': 60,
    'cpu.time{cpu.mode=user}': 2,
    'cpu.time{cpu.mode=system}': 1.5,
    'cpu.limit{}': 1.5,
    'cpu.periods{}': 40,
    'cpu.throttled_periods{}': 4,
    'cpu.throttled_time{}': 0.25,
    'memory.usage{}': 10_485_760,
    'memory.working_set{}': 8_388_608,
    'memory.rss{}': 4_194_304,
    'memory.available{}': 12_582_912,
    'memory.limit{}': 20_971_520,
    'memory.swap{}': 4096,
    'memory.oom_kills{}': 1,
    'paging.faults{system.paging.fault.type=major}': 20,
    'paging.faults{system.paging.fault.type=minor}': 480,
    'disk.io{disk.io.direction=read,system.device=sda}': 1024,
    'disk.io{disk.io.direction=write,system.device=sda}': 2048,
    'task.count{}': 7,
    count: 1,
    omitted: 0,
  })
  tree.write(group2(path, { 'cpu.stat': 'usage_usec 4000000\nuser_usec 2500000\nsystem_usec 1500000\n' }))
  expect(short(await rounds.next())).toMatchObject({ 'cpu.usage{}': 0.5, 'cpu.time{cpu.mode=user}': 2.5 })
})

it('measures a container of version 1', async () => {
  const at = `docker/${one}`
  const { roots } = machineTree({
    ...boot,
    [`sys/fs/cgroup/cpu,cpuacct/${at}/cpuacct.stat`]: 'user 200\nsystem 150\n',
    [`sys/fs/cgroup/cpu,cpuacct/${at}/cpuacct.usage`]: '3512345678\n',
    [`sys/fs/cgroup/cpu,cpuacct/${at}/cpu.stat`]: 'nr_periods 40\nnr_throttled 4\nthrottled_time 250000000\n',
    [`sys/fs/cgroup/cpu,cpuacct/${at}/cpu.cfs_quota_us`]: '-1\n',
    [`sys/fs/cgroup/cpu,cpuacct/${at}/cpu.cfs_period_us`]: '100000\n',
    [`sys/fs/cgroup/memory/${at}/memory.usage_in_bytes`]: '1000000\n',
    [`sys/fs/cgroup/memory/${at}/memory.stat`]:
      'rss 1\nhierarchical_memory_limit 9223372036854771712\ntotal_rss 300000\ntotal_inactive_file 200000\ntotal_swap 0\n',
    [`sys/fs/cgroup/memory/${at}/memory.oom_control`]: 'oom_kill_disable 0\nunder_oom 0\noom_kill 3\n',
    [`sys/fs/cgroup/pids/${at}/pids.current`]: '2\n',
    [`sys/fs/cgroup/pids/${at}/pids.max`]: '100\n',
    [`sys/fs/cgroup/blkio/${at}/blkio.throttle.io_service_bytes`]:
      '8:16 Read 512\n8:16 Write 1024\n8:16 Sync 0\n8:16 Async 1536\n8:16 Total 1536\nTotal 1536\n',
  })
  expect(short(await groupRounds(containers, roots).next())).toEqual({
    'cpu.time{cpu.mode=user}': 2,
    'cpu.time{cpu.mode=system}': 1.5,
    'cpu.periods{}': 40,
    'cpu.throttled_periods{}': 4,
    'cpu.throttled_time{}': 0.25,
    'memory.usage{}': 1_000_000,
    'memory.working_set{}': 800_000,
    'memory.rss{}': 300_000,
    'memory.swap{}': 0,
    'memory.oom_kills{}': 3,
    'disk.io{disk.io.direction=read,system.device=8:16}': 512,
    'disk.io{disk.io.direction=write,system.device=8:16}': 1024,
    'task.count{}': 2,
    'task.limit{}': 100,
    count: 1,
    omitted: 0,
  })
})

it('counts since the container was started, and anew where one of its id is', async () => {
  const tree = machineTree({ ...group2(path, few) })
  dated(tree, path, 900)
  const rounds = groupRounds(containers, tree.roots)
  expect(await starts(rounds)).toEqual({ [one]: 900_000 })
  // A folder that was long not looked at has a new time: what is known stays.
  dated(tree, path, 1000)
  expect(await starts(rounds)).toEqual({ [one]: 900_000 })
  tree.remove(`sys/fs/cgroup${path}`)
  expect(await starts(rounds)).toEqual({})
  // Another folder takes the number of the former one, so that ours has one of its own.
  tree.write({ 'sys/taken': '', ...group2(path, few) })
  dated(tree, path, 1002)
  expect(await starts(rounds)).toEqual({ [one]: 1_002_000 })
})

it('counts from the former round where nothing tells since when it runs', async () => {
  const tree = machineTree({ ...group2(path, few) })
  const rounds = groupRounds(containers, tree.roots)
  // Its folder is of today, and the round is of 1970.
  expect(await starts(rounds)).toEqual({ [one]: 100_000 })
  const later = `/docker/${other}`
  tree.write(group2(later, few))
  expect(await starts(rounds)).toEqual({ [one]: 100_000, [other]: 1_000_001 })
})

it('finds nested ones, and chooses by id', async () => {
  const { roots } = machineTree({ ...group2(path, few), ...group2(`${path}/docker/${other}`, few) })
  expect(Object.keys(await starts(groupRounds(containers, roots)))).toEqual([one, other])
  expect(Object.keys(await starts(groupRounds(containers, roots, { include: ['2b*'] })))).toEqual([other])
  expect(Object.keys(await starts(groupRounds(containers, roots, { exclude: ['2b*'] })))).toEqual([one])
})

it('measures so many at most, and goes on with those that it has', async () => {
  const tree = machineTree(group2(`/docker/${other}`, few))
  const rounds = groupRounds(containers, tree.roots, { most: 1 })
  await rounds.next()
  tree.write(group2(`/docker/${one}`, few))
  const found = await rounds.next()
  expect(found).toMatchObject({ 'hostvitals.container.count': 1, 'hostvitals.container.omitted': 1 })
  expect(Object.keys(found).filter((key) => key.includes(one))).toEqual([])
  tree.remove(`sys/fs/cgroup/docker/${other}`)
  expect(Object.keys(await starts(rounds))).toEqual([one])
})

it('measures of a strange container what it says, and of the others all', async () => {
  const strange = {
    'cpu.stat': '\u0000\u0001\u0002 usage',
    'memory.current': 'a lot\n',
    'memory.stat': 'anon -5\nfile\n',
    'io.stat': '8:0 rbytes=\n',
    'cpu.max': 'max 100000\n',
    'pids.current': '',
  }
  const { roots } = machineTree({ ...group2(`/docker/${one}`, strange), ...group2(`/docker/${other}`, files) })
  const found = Object.keys(await groupRounds(containers, roots).next())
  expect(found.filter((key) => key.includes(one))).toEqual([])
  expect(found.filter((key) => key.includes(other)).length).toBeGreaterThan(12)
})

it('counts what a container of its own network moved, and not the host’s', async () => {
  const netDev = 'a\nb\n    lo: 9 9 0 0 0 0 0 0 9 9 0 0 0 0 0 0\n  eth0: 10 1 0 0 0 0 0 0 20 2 0 0 0 0 0 0\n'
  const { roots } = machineTree({
    ...group2(`/docker/${one}`, { 'cgroup.procs': '77\n' }),
    ...group2(`/docker/${other}`, { 'cgroup.procs': '78\n' }),
    'proc/77/net/dev': netDev,
    'proc/78/net/dev': netDev,
  })
  for (const [pid, network] of Object.entries({ 1: 'net:[1]', 77: 'net:[2]', 78: 'net:[1]' })) {
    mkdirSync(`${roots.proc}/${pid}/ns`, { recursive: true })
    symlinkSync(network, `${roots.proc}/${pid}/ns/net`)
  }
  const found = await groupRounds(containers, roots, { also: ['container.network.io'] }).next()
  expect(short(found)).toEqual({
    'network.io{network.interface.name=eth0,network.io.direction=receive}': 10,
    'network.io{network.interface.name=eth0,network.io.direction=transmit}': 20,
    count: 2,
    omitted: 0,
  })
})

it('has nothing on a machine without control groups', async () => {
  expect(await groupRounds(containers, machineTree(boot).roots).next()).toEqual({})
})

it('is asked every ten seconds at most, since each container has a dozen files', () => {
  expect(containers.leastIntervalMs).toBe(10_000)
})
