import { type ContainerIo, type ContainerNumbers, quota, scaled } from './container-numbers.ts'
import type { HostRound } from '../host-round.ts'
import { parseFlatKeyed, parseSingle } from '../proc/flat-keyed.ts'
import { ticksPerSecond } from '../proc/user-ticks.ts'

/** Where the controllers are: some are mounted together. */
export type Controllers = Readonly<Record<'cpu' | 'cpuacct' | 'memory' | 'blkio' | 'pids', string | undefined>>

/** Version 1 writes the greatest number of pages, in bytes, where there is no limit: from here on a limit is none. */
export const leastUnlimited: number = 2 ** 62

/** Finds the controllers of version 1; undefined where there are none. */
export function findControllers(round: HostRound): Controllers | undefined {
  const mounts = round.foldersSys('fs/cgroup')
  const links = round.listSys('fs/cgroup')
  const of = (name: string): string | undefined => {
    const mount = mounts.find((one) => one.split(',').includes(name)) ?? links.find((one) => one === name)
    return mount === undefined ? undefined : `fs/cgroup/${mount}`
  }
  const found = { cpu: of('cpu'), cpuacct: of('cpuacct'), memory: of('memory'), blkio: of('blkio'), pids: of('pids') }
  return Object.values(found).every((one) => one === undefined) ? undefined : found
}

/** Reads a control group of version 1. Source: Documentation/admin-guide/cgroup-v1/. */
export function readCgroup1(round: HostRound, controllers: Controllers, path: string): ContainerNumbers {
  const file = (controller: keyof Controllers, name: string): Buffer | undefined => {
    const mount = controllers[controller]
    return mount === undefined ? undefined : round.briefSys(`${mount}${path}/${name}`)
  }
  const time = parseFlatKeyed(file('cpuacct', 'cpuacct.stat'))
  const cpu = parseFlatKeyed(file('cpu', 'cpu.stat'))
  const memory = parseFlatKeyed(file('memory', 'memory.stat'))
  const limit = memory.get('hierarchical_memory_limit')
  return {
    userSeconds: scaled(time.get('user'), ticksPerSecond),
    systemSeconds: scaled(time.get('system'), ticksPerSecond),
    totalSeconds: scaled(parseSingle(file('cpuacct', 'cpuacct.usage')), 1e9),
    periods: cpu.get('nr_periods'),
    throttledPeriods: cpu.get('nr_throttled'),
    throttledSeconds: scaled(cpu.get('throttled_time'), 1e9),
    cpuLimit: quota(parseSingle(file('cpu', 'cpu.cfs_quota_us')), parseSingle(file('cpu', 'cpu.cfs_period_us'))),
    memoryBytes: parseSingle(file('memory', 'memory.usage_in_bytes')),
    inactiveFileBytes: memory.get('total_inactive_file'),
    anonymousBytes: memory.get('total_rss'),
    swapBytes: memory.get('total_swap'),
    memoryLimitBytes: limit === undefined || limit >= leastUnlimited ? undefined : limit,
    faults: memory.get('total_pgfault'),
    majorFaults: memory.get('total_pgmajfault'),
    outOfMemoryKills: parseFlatKeyed(file('memory', 'memory.oom_control')).get('oom_kill'),
    tasks: parseSingle(file('pids', 'pids.current')),
    taskLimit: parseSingle(file('pids', 'pids.max')),
    io: parseServiceBytes(
      file('blkio', 'blkio.throttle.io_service_bytes_recursive') ?? file('blkio', 'blkio.throttle.io_service_bytes'),
    ),
  }
}

function parseServiceBytes(bytes: Buffer | undefined): readonly ContainerIo[] {
  const text = bytes?.toString('latin1') ?? ''
  const read = new Map<string, number>()
  const written = new Map<string, number>()
  for (const [, device = '', what, number] of text.matchAll(/^(\d+:\d+) (Read|Write) (\d{1,20})$/gm)) {
    const into = what === 'Read' ? read : written
    into.set(device, Number(number))
  }
  return [...read].flatMap(([device, readBytes]) => {
    const writeBytes = written.get(device)
    return writeBytes === undefined ? [] : [{ device, readBytes, writeBytes }]
  })
}
