import type { Definition } from '../definition.ts'

const delaySource = 'a timer every 250 ms, as perf_hooks.monitorEventLoopDelay, since the former round'

function delay(what: string, description: string): Definition {
  return { name: `nodejs.eventloop.delay.${what}`, unit: 's', kind: 'gauge', description, source: delaySource }
}

/** How late the event loop was since the former round. */
export const delays: Readonly<Record<'min' | 'max' | 'mean' | 'stddev' | 'p50' | 'p90' | 'p99', Definition>> = {
  min: delay('min', 'Least delay of the event loop'),
  max: delay('max', 'Greatest delay'),
  mean: delay('mean', 'Mean delay'),
  stddev: delay('stddev', 'Standard deviation of the delay'),
  p50: delay('p50', 'Delay, 50th percentile'),
  p90: delay('p90', 'Delay, 90th percentile'),
  p99: delay('p99', 'Delay, 99th percentile'),
}

/** Share of the time that the event loop was busy. */
export const utilization: Definition = {
  name: 'nodejs.eventloop.utilization',
  unit: '1',
  kind: 'gauge',
  description: 'Share of the time since the former round in which the event loop was busy',
  source: 'perf_hooks.performance.eventLoopUtilization',
}

/** Time of the event loop by state. */
export const loopTime: Definition = {
  name: 'nodejs.eventloop.time',
  unit: 's',
  kind: 'counter',
  description: 'Time that the event loop was busy, and idle',
  attributes: { 'nodejs.eventloop.state': 'active, idle' },
  source: 'perf_hooks.performance.eventLoopUtilization',
}

/** How long collections of garbage took. */
export const gcDuration: Definition = {
  name: 'v8js.gc.duration',
  unit: 's',
  kind: 'histogram',
  description: 'How long collections of garbage took',
  attributes: { 'v8js.gc.type': 'major, minor, incremental, weakcb' },
  source: 'entries gc of a perf_hooks.PerformanceObserver',
}

const ofSpace = { 'v8js.heap.space.name': 'new_space, old_space …' }

function heap(name: string, description: string, field: string): Definition {
  return {
    name: `v8js.memory.heap.${name}`,
    unit: 'By',
    kind: 'updowncounter',
    integer: true,
    description,
    attributes: ofSpace,
    source: `v8.getHeapSpaceStatistics, ${field}`,
  }
}

/** The heap by space. */
export const heaps: Readonly<Record<'used' | 'size' | 'available' | 'physical', Definition>> = {
  used: heap('used', 'Used part of a space of the heap', 'space_used_size'),
  size: { ...heap('space.size', 'Size of a space of the heap', 'space_size'), isOptIn: true },
  available: {
    ...heap('space.available_size', 'What a space can still take', 'space_available_size'),
    isOptIn: true,
  },
  physical: { ...heap('space.physical_size', 'What a space has of the RAM', 'physical_space_size'), isOptIn: true },
}

/** What keeps the event loop alive. */
export const activeResources: Definition = {
  name: 'v8js.resource.active',
  unit: '{resource}',
  kind: 'gauge',
  integer: true,
  description: 'Timers, sockets and requests that keep the event loop alive',
  attributes: { 'v8js.resource.type': 'Timeout, TCPSocketWrap …' },
  source: 'process.getActiveResourcesInfo',
}

/** What the agent's container or service allows it. */
export const memoryLimit: Definition = {
  name: 'hostvitals.agent.memory.limit',
  unit: 'By',
  kind: 'updowncounter',
  integer: true,
  description: 'Memory that the agent’s control groups allow it; absent without a limit',
  source: '/proc/self/cgroup; memory.max, v1: hierarchical_memory_limit of memory.stat; the least on the way up',
}

/** The same of processors. */
export const cpuLimit: Definition = {
  name: 'hostvitals.agent.cpu.limit',
  unit: '{cpu}',
  kind: 'gauge',
  description: 'Processors that the agent’s control groups allow it; absent without a limit',
  source: '/proc/self/cgroup; cpu.max, v1: cpu.cfs_quota_us by cpu.cfs_period_us; the least on the way up',
}
