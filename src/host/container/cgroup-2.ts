import { type ContainerIo, type ContainerNumbers, quota, scaled } from './container-numbers.ts'
import type { HostRound } from '../host-round.ts'
import { parseFlatKeyed, parseSingle } from '../proc/flat-keyed.ts'

/** Reads a control group of version 2. Source: Documentation/admin-guide/cgroup-v2.rst. */
export function readCgroup2(round: HostRound, path: string): ContainerNumbers {
  const folder = `fs/cgroup${path}`
  const file = (name: string): Buffer | undefined => round.briefSys(`${folder}/${name}`)
  const cpu = parseFlatKeyed(file('cpu.stat'))
  const memory = parseFlatKeyed(file('memory.stat'))
  return {
    userSeconds: scaled(cpu.get('user_usec'), 1e6),
    systemSeconds: scaled(cpu.get('system_usec'), 1e6),
    totalSeconds: scaled(cpu.get('usage_usec'), 1e6),
    periods: cpu.get('nr_periods'),
    throttledPeriods: cpu.get('nr_throttled'),
    throttledSeconds: scaled(cpu.get('throttled_usec'), 1e6),
    cpuLimit: parseCpuMax(file('cpu.max')),
    memoryBytes: parseSingle(file('memory.current')),
    inactiveFileBytes: memory.get('inactive_file'),
    anonymousBytes: memory.get('anon'),
    swapBytes: parseSingle(file('memory.swap.current')),
    memoryLimitBytes: parseSingle(file('memory.max')),
    faults: memory.get('pgfault'),
    majorFaults: memory.get('pgmajfault'),
    outOfMemoryKills: parseFlatKeyed(file('memory.events')).get('oom_kill'),
    tasks: parseSingle(file('pids.current')),
    taskLimit: parseSingle(file('pids.max')),
    io: parseIoStat(file('io.stat')),
  }
}

/** `50000 100000`: quota and period; `max 100000` is none. */
export function parseCpuMax(bytes: Buffer | undefined): number | undefined {
  const [, allowed, period] = /^(\d{1,20}) (\d{1,20})$/.exec(bytes?.toString('latin1').trim() ?? '') ?? []
  return allowed === undefined ? undefined : quota(Number(allowed), Number(period))
}

function parseIoStat(bytes: Buffer | undefined): readonly ContainerIo[] {
  return (bytes?.toString('latin1') ?? '').split('\n').flatMap((line) => {
    const [, device, readBytes, writeBytes] = /^(\d+:\d+) .*?rbytes=(\d{1,20}) wbytes=(\d{1,20})\b/.exec(line) ?? []
    return device === undefined ? [] : [{ device, readBytes: Number(readBytes), writeBytes: Number(writeBytes) }]
  })
}
