import type { Definition } from '../definition.ts'

/** What every series of a container has. */
export const ofContainer = {
  'container.id': 'as the runtime has it; of LXC and systemd-nspawn the name',
  'container.runtime.name': 'docker, containerd, cri-o, podman, lxc, systemd-nspawn, where the path tells',
  'k8s.pod.uid': 'of Kubernetes',
} as const

interface Further {
  readonly unit: string
  readonly kind?: Definition['kind']
  readonly attributes?: Readonly<Record<string, string>>
  readonly isOptIn?: boolean
}

function metric(name: string, description: string, source: string, further: Further): Definition {
  const { unit, kind = 'updowncounter', attributes = {}, isOptIn } = further
  return {
    name,
    unit,
    kind,
    ...(kind === 'gauge' || unit === 's' ? {} : { integer: true }),
    description,
    attributes: { ...ofContainer, ...attributes },
    source,
    ...(isOptIn === undefined ? {} : { isOptIn }),
  }
}

const counter = 'counter'
const gauge = 'gauge'

type ContainerMetric =
  | 'uptime'
  | 'cpuTime'
  | 'cpuUsage'
  | 'cpuLimit'
  | 'periods'
  | 'throttledPeriods'
  | 'throttledTime'
  | 'memoryUsage'
  | 'workingSet'
  | 'rss'
  | 'available'
  | 'memoryLimit'
  | 'swap'
  | 'oomKills'
  | 'faults'
  | 'diskIo'
  | 'networkIo'
  | 'tasks'
  | 'taskLimit'

/** What is measured of a container: the conventions' names where they have one. */
export const containerMetrics: Readonly<Record<ContainerMetric, Definition>> = {
  uptime: metric(
    'container.uptime',
    'Time since it was started',
    'time of its control group, or of its oldest process',
    {
      unit: 's',
      kind: gauge,
    },
  ),
  cpuTime: metric('container.cpu.time', 'Processor time', 'cpu.stat user_usec and system_usec; v1: cpuacct.stat', {
    unit: 's',
    kind: counter,
    attributes: { 'cpu.mode': 'user, system' },
  }),
  cpuUsage: metric(
    'container.cpu.usage',
    'Processors that were used since the former round',
    'difference of two readings of cpu.stat usage_usec; v1: cpuacct.usage',
    { unit: '{cpu}', kind: gauge, isOptIn: true },
  ),
  cpuLimit: metric(
    'hostvitals.container.cpu.limit',
    'Processors that it may use; absent without a limit',
    'cpu.max; v1: cpu.cfs_quota_us by cpu.cfs_period_us',
    { unit: '{cpu}', kind: gauge },
  ),
  periods: metric('hostvitals.container.cpu.periods', 'Periods of its processor limit', 'cpu.stat nr_periods', {
    unit: '{period}',
    kind: counter,
  }),
  throttledPeriods: metric(
    'hostvitals.container.cpu.throttled_periods',
    'Periods in which it was held back',
    'cpu.stat nr_throttled',
    { unit: '{period}', kind: counter },
  ),
  throttledTime: metric(
    'hostvitals.container.cpu.throttled_time',
    'Time for which it was held back',
    'cpu.stat throttled_usec; v1: throttled_time',
    { unit: 's', kind: counter },
  ),
  memoryUsage: metric(
    'container.memory.usage',
    'Memory, with what is cached of its files',
    'memory.current; v1: memory.usage_in_bytes',
    { unit: 'By' },
  ),
  workingSet: metric(
    'container.memory.working_set',
    'Memory without what is cached of files that were not used lately',
    'container.memory.usage less inactive_file of memory.stat; v1: total_inactive_file',
    { unit: 'By' },
  ),
  rss: metric('container.memory.rss', 'Memory that is no file’s', 'memory.stat anon; v1: total_rss', { unit: 'By' }),
  available: metric(
    'container.memory.available',
    'What is left to the limit; absent without one',
    'hostvitals.container.memory.limit less container.memory.working_set',
    { unit: 'By' },
  ),
  memoryLimit: metric(
    'hostvitals.container.memory.limit',
    'Memory that it may use; absent without a limit',
    'memory.max; v1: hierarchical_memory_limit of memory.stat',
    { unit: 'By' },
  ),
  swap: metric('hostvitals.container.memory.swap', 'Swap', 'memory.swap.current; v1: total_swap of memory.stat', {
    unit: 'By',
  }),
  oomKills: metric(
    'hostvitals.container.memory.oom_kills',
    'Processes that were killed for want of memory',
    'memory.events oom_kill; v1: memory.oom_control',
    { unit: '{process}', kind: counter },
  ),
  faults: metric('container.paging.faults', 'Page faults', 'memory.stat pgmajfault, and pgfault less pgmajfault', {
    unit: '{fault}',
    kind: counter,
    attributes: { 'system.paging.fault.type': 'major, minor' },
    isOptIn: true,
  }),
  diskIo: metric(
    'container.disk.io',
    'Bytes read and written',
    'io.stat rbytes and wbytes; v1: blkio.throttle.io_service_bytes_recursive',
    {
      unit: 'By',
      kind: counter,
      attributes: { 'system.device': 'the kernel’s name', 'disk.io.direction': 'read, write' },
    },
  ),
  networkIo: metric(
    'container.network.io',
    'Bytes moved; absent where the container has the host’s network',
    '/proc/PID/net/dev of a process of it; needs the right to look at its /proc/PID/ns/net',
    {
      unit: 'By',
      kind: counter,
      attributes: { 'network.interface.name': 'as in the container', 'network.io.direction': 'receive, transmit' },
      isOptIn: true,
    },
  ),
  tasks: metric('hostvitals.container.task.count', 'Processes and threads', 'pids.current', { unit: '{task}' }),
  taskLimit: metric('hostvitals.container.task.limit', 'Tasks that it may have; absent without a limit', 'pids.max', {
    unit: '{task}',
  }),
}

/** How many containers there are. */
export const containerCount: Definition = {
  name: 'hostvitals.container.count',
  unit: '{container}',
  kind: 'updowncounter',
  integer: true,
  description: 'Containers that are measured',
  source: 'folders of the control groups',
}

/** How many are too many. */
export const containersOmitted: Definition = {
  name: 'hostvitals.container.omitted',
  unit: '{container}',
  kind: 'updowncounter',
  integer: true,
  description: 'Containers beyond `most`, which are not measured',
  source: 'folders of the control groups',
}
