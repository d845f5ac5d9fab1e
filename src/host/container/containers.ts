import type { Attributes } from '../../metric/sample.ts'
import { ConfigurationError } from '../../runtime/errors.ts'
import { type ContainerFound, findContainers, openTree, startOf } from './cgroup-tree.ts'
import { containerCount, containerMetrics as metrics, containersOmitted } from './container-metrics.ts'
import type { ContainerNumbers } from './container-numbers.ts'
import { ContainerProcesses } from './container-processes.ts'
import { defineGroup, type Group } from '../group.ts'
import type { HostRound } from '../host-round.ts'
import { nameFilter, type NameFilterOptions, nameFilterSentences } from '../name-filter.ts'
import { parseNetDev } from '../proc/net-dev.ts'
import { unlessStrange } from '../proc/unless-strange.ts'

/** Options of the group. */
export type ContainerOptions = NameFilterOptions & { readonly most: number }

interface Known {
  readonly startMs: number | undefined
  totalSeconds?: number | undefined
  atMs: number
  /** A process of it, and the name of its network. */
  insider?: { readonly pid: number; readonly network: string } | undefined
}

/** Containers, by their control groups. */
export const containers: Group = defineGroup<ContainerOptions>({
  name: 'containers',
  about:
    'Containers of Docker, containerd, CRI-O, Podman, LXC and systemd-nspawn, found and measured in /sys/fs/cgroup, version 2 or 1: no runtime is asked. All samples of an agent are of one resource, its host, so a container is told by attributes. Counters count since the container was started.',
  isOff: true,
  leastIntervalMs: 10_000,
  metrics: [...Object.values(metrics), containerCount, containersOmitted],
  defaults: { most: 200, include: [], exclude: [] },
  sentences: {
    most: 'So many containers are measured; those that already are go first.',
    ...nameFilterSentences('containers by id'),
  },
  check: ({ most }) => {
    if (Number.isInteger(most) && most >= 1) return
    throw new ConfigurationError(`host(): containers.most is ${most}`, { nextStep: 'write a whole number above 0' })
  },
  open: (options) => {
    const isChosen = nameFilter(options)
    const known = new Map<string, Known>()
    return (round) => {
      const tree = openTree(round)
      const found = tree === undefined ? [] : findContainers(round, tree).filter(({ id }) => isChosen(id))
      const measured = found.toSorted((a, b) => Number(known.has(keyOf(b))) - Number(known.has(keyOf(a))))
      measured.length = Math.min(measured.length, options.most)
      const keys = new Set(measured.map((container) => keyOf(container)))
      for (const key of known.keys()) if (!keys.has(key)) known.delete(key)
      if (tree === undefined) return
      const processes = new ContainerProcesses(round, tree)
      for (const container of measured) {
        const key = keyOf(container)
        const state: Known = known.get(key) ?? {
          startMs: startOf(round, tree, container, processes.of(container)),
          atMs: round.monotonicMs,
        }
        known.set(key, state)
        putContainer(round, container, { state, numbers: tree.read(container.path) })
        if (round.wants(metrics.networkIo)) putNetwork(round, container, state, processes)
      }
      round.put(containerCount, measured.length)
      round.put(containersOmitted, found.length - measured.length)
    }
  },
})

function keyOf({ path, inode }: ContainerFound): string {
  return `${path}\n${inode}`
}

function attributesOf({ id, runtime, podUid }: ContainerFound): Attributes {
  return {
    'container.id': id,
    ...(runtime === undefined ? {} : { 'container.runtime.name': runtime }),
    ...(podUid === undefined ? {} : { 'k8s.pod.uid': podUid }),
  }
}

function putContainer(
  round: HostRound,
  container: ContainerFound,
  { state, numbers }: { readonly state: Known; readonly numbers: ContainerNumbers },
): void {
  const key = keyOf(container)
  const { startMs } = state
  const own = attributesOf(container)
  const all = round.subject(key, () => own)
  const part = (attribute: string, value: string): ReturnType<HostRound['subject']> =>
    round.subject(`${key}\n${value}`, () => ({ ...own, [attribute]: value }))
  all.put(metrics.uptime, startMs === undefined ? undefined : (round.timeMs - startMs) / 1000)
  part('cpu.mode', 'user').put(metrics.cpuTime, numbers.userSeconds, startMs)
  part('cpu.mode', 'system').put(metrics.cpuTime, numbers.systemSeconds, startMs)
  all.put(metrics.cpuUsage, usage(state, numbers.totalSeconds, round.monotonicMs))
  all.put(metrics.cpuLimit, numbers.cpuLimit)
  all.put(metrics.periods, numbers.periods, startMs)
  all.put(metrics.throttledPeriods, numbers.throttledPeriods, startMs)
  all.put(metrics.throttledTime, numbers.throttledSeconds, startMs)
  all.put(metrics.memoryUsage, numbers.memoryBytes)
  const workingSet = less(numbers.memoryBytes, numbers.inactiveFileBytes)
  all.put(metrics.workingSet, workingSet)
  all.put(metrics.rss, numbers.anonymousBytes)
  all.put(metrics.available, less(numbers.memoryLimitBytes, workingSet))
  all.put(metrics.memoryLimit, numbers.memoryLimitBytes)
  all.put(metrics.swap, numbers.swapBytes)
  all.put(metrics.oomKills, numbers.outOfMemoryKills, startMs)
  part('system.paging.fault.type', 'major').put(metrics.faults, numbers.majorFaults, startMs)
  part('system.paging.fault.type', 'minor').put(metrics.faults, less(numbers.faults, numbers.majorFaults), startMs)
  for (const { device, readBytes, writeBytes } of numbers.io) {
    // What the kernel calls it, `sda`; a device that has gone since has but its number.
    const name = { ...own, 'system.device': round.linkSys(`dev/block/${device}`) ?? device }
    const of = (direction: string): ReturnType<HostRound['subject']> =>
      round.subject(`${key}\n${device} ${direction}`, () => ({ ...name, 'disk.io.direction': direction }))
    of('read').put(metrics.diskIo, readBytes, startMs)
    of('write').put(metrics.diskIo, writeBytes, startMs)
  }
  all.put(metrics.tasks, numbers.tasks)
  all.put(metrics.taskLimit, numbers.taskLimit)
}

/** Processors that were used since the former round; undefined in the first. */
function usage(state: Known, totalSeconds: number | undefined, nowMs: number): number | undefined {
  const [former, spanMs] = [state.totalSeconds, nowMs - state.atMs]
  state.totalSeconds = totalSeconds
  state.atMs = nowMs
  if (former === undefined || totalSeconds === undefined || totalSeconds < former || spanMs <= 0) return undefined
  return (1000 * (totalSeconds - former)) / spanMs
}

/** The difference, not below zero: two files are not read at one moment. */
function less(value: number | undefined, part: number | undefined): number | undefined {
  return value === undefined || part === undefined ? undefined : Math.max(0, value - part)
}

function putNetwork(round: HostRound, container: ContainerFound, state: Known, processes: ContainerProcesses): void {
  const networkOf = (pid: number | HostRound['viewer']): string | undefined => round.linkProc(`${pid}/ns/net`)
  if (state.insider === undefined || networkOf(state.insider.pid) !== state.insider.network) {
    const [pid] = processes.of(container)
    const network = pid === undefined ? undefined : networkOf(pid)
    state.insider = pid === undefined || network === undefined ? undefined : { pid, network }
  }
  if (state.insider === undefined || state.insider.network === networkOf(round.viewer)) return
  const { pid } = state.insider
  const netDev = round.briefProc(`${pid}/net/dev`)
  if (netDev === undefined) return
  for (const { name, receive, transmit } of unlessStrange(() => parseNetDev(netDev)) ?? []) {
    if (name === 'lo') continue
    for (const [direction, { bytes }] of Object.entries({ receive, transmit })) {
      const of = { ...attributesOf(container), 'network.interface.name': name, 'network.io.direction': direction }
      round.subject(`${keyOf(container)}\n${name} ${direction}`, () => of).put(metrics.networkIo, bytes, state.startMs)
    }
  }
}
