import { performance } from 'node:perf_hooks'
import { getHeapSpaceStatistics } from 'node:v8'
import { defineGroup, type Group } from '../group.ts'
import type { Definition } from '../definition.ts'
import type { HostRound } from '../host-round.ts'
import * as ofProcess from '../process/process-metrics.ts'
import { type OwnLimits, ownLimits } from './own-limits.ts'
import { activeResources, cpuLimit, delays, gcDuration, heaps, loopTime } from './runtime-metrics.ts'
import { memoryLimit, utilization } from './runtime-metrics.ts'
import type { LoopDelays } from './loop-delays.ts'
import { type RuntimeProbe, watchRuntime } from './runtime-probe.ts'

const delayNames = [
  'min',
  'max',
  'mean',
  'stddev',
  'p50',
  'p90',
  'p99',
] as const satisfies readonly (keyof LoopDelays)[]
const memoryUsage: Definition = { ...ofProcess.memoryUsage, source: 'process.memoryUsage.rss' }
const processMetrics = [
  ofProcess.cpuTime,
  memoryUsage,
  ofProcess.processUptime,
  ofProcess.descriptorCount,
  ofProcess.contextSwitches,
  ofProcess.pagingFaults,
]

interface State {
  probe?: RuntimeProbe
  takenAtMs: number
  loop?: ReturnType<typeof loopNow>
  limits?: OwnLimits & { readonly atMs: number }
}

// They change seldom, and to look for them costs more than all the rest.
const limitsForMs = 60_000

/** The agent itself, as a process and as a program of Node. */
export const runtime: Group = defineGroup({
  name: 'runtime',
  about:
    'What the agent itself costs: its process, its event loop, its heap, and what its container or service allows it. Inside an application that is the application’s process. Its metrics `process.*` have no `process.pid`, by which they are told from those of the group `top`. All counters are since the process started.',
  metrics: [
    ...processMetrics,
    ...Object.values(delays),
    utilization,
    loopTime,
    gcDuration,
    ...Object.values(heaps),
    activeResources,
    memoryLimit,
    cpuLimit,
  ],
  defaults: {},
  sentences: {},
  open: (_options, onClose) => {
    const state: State = { takenAtMs: 0 }
    const resourceTypes = new Set<string>()
    const spaces = new Set<string>()
    onClose(() => {
      state.probe?.close()
      delete state.probe
    })
    const watched = (round: HostRound): RuntimeProbe => {
      if (state.probe !== undefined) return state.probe
      state.takenAtMs = round.timeMs
      state.probe = watchRuntime({
        delays: Object.values(delays).some((metric) => round.wants(metric)),
        collections: round.wants(gcDuration),
      })
      return state.probe
    }
    const limitsAt = (round: HostRound): OwnLimits => {
      if (state.limits === undefined || round.monotonicMs - state.limits.atMs >= limitsForMs) {
        state.limits = { ...ownLimits(round), atMs: round.monotonicMs }
      }
      return state.limits
    }
    return (round) => {
      const probe = watched(round)
      putProcess(round)
      const limits = limitsAt(round)
      round.put(memoryLimit, limits.memoryBytes)
      round.put(cpuLimit, limits.cpus)
      const late = probe.delays()
      for (const name of delayNames) round.put(delays[name], late?.[name])
      for (const [type, histogram] of probe.collections()) {
        const subject = round.subject(`gc ${type}`, () => ({ 'v8js.gc.type': type }))
        subject.putHistogram(gcDuration, histogram, state.takenAtMs)
      }
      state.takenAtMs = round.timeMs
      state.loop = putLoop(round, state.loop)
      if (Object.values(heaps).some((metric) => round.wants(metric))) putHeap(round, spaces)
      if (round.wants(activeResources)) putResources(round, resourceTypes)
    }
  },
})

function putProcess(round: HostRound): void {
  const startedAtMs = Math.floor(performance.timeOrigin)
  const used = process.resourceUsage()
  const put = (key: string, value: string, metric: Definition, number: number): void =>
    round.subject(`${key} ${value}`, () => ({ [key]: value })).put(metric, number, startedAtMs)
  put('cpu.mode', 'user', ofProcess.cpuTime, used.userCPUTime / 1e6)
  put('cpu.mode', 'system', ofProcess.cpuTime, used.systemCPUTime / 1e6)
  round.put(memoryUsage, process.memoryUsage.rss())
  round.put(ofProcess.processUptime, process.uptime())
  const open = round.listProc('self/fd').length
  // The one that lists them is among them.
  round.put(ofProcess.descriptorCount, open === 0 ? undefined : open - 1)
  const switches = 'process.context_switch.type'
  put(switches, 'voluntary', ofProcess.contextSwitches, used.voluntaryContextSwitches)
  put(switches, 'involuntary', ofProcess.contextSwitches, used.involuntaryContextSwitches)
  put('system.paging.fault.type', 'major', ofProcess.pagingFaults, used.majorPageFault)
  put('system.paging.fault.type', 'minor', ofProcess.pagingFaults, used.minorPageFault)
}

function loopNow(): ReturnType<typeof performance.eventLoopUtilization> {
  return performance.eventLoopUtilization()
}

function putLoop(round: HostRound, former: ReturnType<typeof loopNow> | undefined): ReturnType<typeof loopNow> {
  const now = loopNow()
  if (former !== undefined) round.put(utilization, performance.eventLoopUtilization(now, former).utilization)
  for (const state of ['active', 'idle'] as const) {
    const subject = round.subject(`loop ${state}`, () => ({ 'nodejs.eventloop.state': state }))
    subject.put(loopTime, now[state] / 1000, Math.floor(performance.timeOrigin))
  }
  return now
}

/** Half of the spaces are never made in a program without workers: they have no series until they have a size. */
function putHeap(round: HostRound, spaces: Set<string>): void {
  for (const space of getHeapSpaceStatistics()) {
    if (space.space_size > 0) spaces.add(space.space_name)
    if (!spaces.has(space.space_name)) continue
    const subject = round.subject(`space ${space.space_name}`, () => ({ 'v8js.heap.space.name': space.space_name }))
    subject.put(heaps.used, space.space_used_size)
    subject.put(heaps.size, space.space_size)
    subject.put(heaps.available, space.space_available_size)
    subject.put(heaps.physical, space.physical_space_size)
  }
}

/** Types that were seen once stay, so that series do not come and go with every request. */
function putResources(round: HostRound, types: Set<string>): void {
  const active = process.getActiveResourcesInfo()
  for (const type of active) types.add(type)
  for (const type of types) {
    const subject = round.subject(`resource ${type}`, () => ({ 'v8js.resource.type': type }))
    subject.put(activeResources, active.filter((one) => one === type).length)
  }
}
