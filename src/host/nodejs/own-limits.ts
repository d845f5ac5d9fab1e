import { findControllers, leastUnlimited } from '../container/cgroup-1.ts'
import { parseCpuMax } from '../container/cgroup-2.ts'
import { quota } from '../container/container-numbers.ts'
import type { HostRound } from '../host-round.ts'
import { parseFlatKeyed, parseSingle } from '../proc/flat-keyed.ts'

/** What the control groups of this process allow it; absent is what nothing limits, or what cannot be seen. */
export interface OwnLimits {
  readonly memoryBytes: number | undefined
  /** Processors. */
  readonly cpus: number | undefined
}

/** Looks up the limits of this process: the least of its own control group and of those above. */
export function ownLimits(round: HostRound): OwnLimits {
  const lines = (round.briefProc('self/cgroup')?.toString('utf8') ?? '').split('\n').map((line) => line.split(':'))
  const pathOf = (controller: string): string | undefined =>
    lines.find(([, controllers]) => controllers?.split(',').includes(controller))?.[2]
  if (round.briefSys('fs/cgroup/cgroup.controllers') !== undefined) {
    // Version 2 has one path, under no controller's name.
    const groups = upwards(pathOf(''))
    return {
      memoryBytes: least(groups.map((group) => parseSingle(round.briefSys(`fs/cgroup${group}/memory.max`)))),
      cpus: least(groups.map((group) => parseCpuMax(round.briefSys(`fs/cgroup${group}/cpu.max`)))),
    }
  }
  const controllers = findControllers(round)
  const file = (controller: 'memory' | 'cpu', name: string): Buffer | undefined => {
    const mount = controllers?.[controller]
    return mount === undefined ? undefined : round.briefSys(`${mount}${name}`)
  }
  const memory = upwards(pathOf('memory')).map((group) =>
    parseFlatKeyed(file('memory', `${group}/memory.stat`)).get('hierarchical_memory_limit'),
  )
  const cpus = upwards(pathOf('cpu')).map((group) => {
    const number = (name: string): number | undefined => parseSingle(file('cpu', `${group}/${name}`))
    return quota(number('cpu.cfs_quota_us'), number('cpu.cfs_period_us'))
  })
  return {
    memoryBytes: least(memory.filter((bytes) => bytes !== undefined && bytes < leastUnlimited)),
    cpus: least(cpus),
  }
}

/** `/a/b` as `/a/b`, `/a` and the root. Inside a container the host's path is not there, and the root is the container's own. */
function upwards(path: string | undefined): readonly string[] {
  const names = (path ?? '').split('/').filter((name) => name !== '' && name !== '..')
  return [...names.map((_name, at) => `/${names.slice(0, at + 1).join('/')}`), '']
}

function least(numbers: readonly (number | undefined)[]): number | undefined {
  const known = numbers.filter((number) => number !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}
