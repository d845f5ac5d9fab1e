import type { Attributes, Kind, NumberSample } from '../src/metric/sample.ts'
import type { SeriesBucket } from '../src/store/rollup/series-bucket.ts'

/** One of the hundred series that every host of the seeded fleet has. */
interface FleetSeries {
  readonly name: string
  readonly unit: string
  readonly kind: Kind
  readonly attributes: Attributes
  /** What a gauge reads around; what a counter grows by a second. */
  readonly level: number
  readonly isWhole: boolean
}

/** What a metric's series differ in: one for each pair of these words. */
interface FleetMetric {
  readonly name: string
  readonly unit: string
  readonly kind: Kind
  readonly level: number
  readonly isWhole?: boolean
  readonly by: readonly (readonly [key: string, words: readonly string[]])[]
}

const modes = ['cpu.mode', ['user', 'system', 'nice', 'idle', 'iowait', 'interrupt', 'steal']] as const
const states = ['system.memory.state', ['used', 'free', 'cached', 'buffers']] as const
const disks = ['system.device', ['nvme0n1', 'nvme1n1', 'sda', 'sdb']] as const
const mounts = ['system.filesystem.mountpoint', ['/', '/var', '/home', '/srv']] as const
const halves = ['system.filesystem.state', ['used', 'free']] as const
const ways = ['disk.io.direction', ['read', 'write']] as const
const cards = ['network.interface.name', ['eth0', 'eth1', 'docker0']] as const
const directions = ['network.io.direction', ['receive', 'transmit']] as const

const fleetMetrics: readonly FleetMetric[] = [
  { name: 'system.cpu.utilization', unit: '1', kind: 'gauge', level: 0.14, by: [modes] },
  { name: 'system.cpu.time', unit: 's', kind: 'counter', level: 0.9, by: [modes] },
  { name: 'system.cpu.load_average.1m', unit: '{thread}', kind: 'gauge', level: 2, by: [] },
  { name: 'system.cpu.load_average.5m', unit: '{thread}', kind: 'gauge', level: 2, by: [] },
  { name: 'system.cpu.load_average.15m', unit: '{thread}', kind: 'gauge', level: 2, by: [] },
  { name: 'system.memory.utilization', unit: '1', kind: 'gauge', level: 0.25, by: [states] },
  { name: 'system.memory.usage', unit: 'By', kind: 'updowncounter', level: 4e9, isWhole: true, by: [states] },
  {
    name: 'system.paging.utilization',
    unit: '1',
    kind: 'gauge',
    level: 0.4,
    by: [['system.paging.state', ['used', 'free']]],
  },
  {
    name: 'system.paging.operations',
    unit: '{operation}',
    kind: 'counter',
    level: 3,
    isWhole: true,
    by: [['system.paging.direction', ['in', 'out']]],
  },
  { name: 'system.filesystem.utilization', unit: '1', kind: 'gauge', level: 0.5, by: [mounts, halves] },
  {
    name: 'system.filesystem.usage',
    unit: 'By',
    kind: 'updowncounter',
    level: 2e11,
    isWhole: true,
    by: [mounts, halves],
  },
  { name: 'system.disk.io', unit: 'By', kind: 'counter', level: 5e6, isWhole: true, by: [disks, ways] },
  {
    name: 'system.disk.operations',
    unit: '{operation}',
    kind: 'counter',
    level: 120,
    isWhole: true,
    by: [disks, ways],
  },
  { name: 'system.disk.io_time', unit: 's', kind: 'counter', level: 0.2, by: [disks] },
  { name: 'system.network.io', unit: 'By', kind: 'counter', level: 2e6, isWhole: true, by: [cards, directions] },
  {
    name: 'system.network.packets',
    unit: '{packet}',
    kind: 'counter',
    level: 1500,
    isWhole: true,
    by: [cards, directions],
  },
  {
    name: 'system.network.errors',
    unit: '{error}',
    kind: 'counter',
    level: 0.3,
    isWhole: true,
    by: [cards, directions],
  },
  {
    name: 'system.network.dropped',
    unit: '{packet}',
    kind: 'counter',
    level: 0.5,
    isWhole: true,
    by: [cards, directions],
  },
  {
    name: 'system.process.count',
    unit: '{process}',
    kind: 'updowncounter',
    level: 200,
    isWhole: true,
    by: [['process.state', ['running', 'sleeping', 'stopped', 'zombie']]],
  },
  {
    name: 'system.network.connections',
    unit: '{connection}',
    kind: 'updowncounter',
    level: 80,
    isWhole: true,
    by: [['network.connection.state', ['established', 'listen', 'time_wait', 'close_wait', 'syn_sent', 'closing']]],
  },
  { name: 'system.uptime', unit: 's', kind: 'gauge', level: 86_400, by: [] },
]

const series: readonly FleetSeries[] = fleetMetrics.flatMap(({ name, unit, kind, level, isWhole = false, by }) =>
  by
    .reduce<readonly Attributes[]>(
      (all, [key, words]) => all.flatMap((known) => words.map((word) => ({ ...known, [key]: word }))),
      [{}],
    )
    .map((attributes, index) => ({ name, unit, kind, attributes, level: level * (1 + index / 10), isWhole })),
)

/** The twelve that a host's page is asked for. */
export const chartMetrics: readonly string[] = [
  'system.cpu.utilization',
  'system.cpu.load_average.1m',
  'system.memory.utilization',
  'system.memory.usage',
  'system.paging.utilization',
  'system.filesystem.utilization',
  'system.disk.io',
  'system.disk.operations',
  'system.disk.io_time',
  'system.network.io',
  'system.network.packets',
  'system.process.count',
]

/** How many numbers a row has. */
export const seriesOfHost: number = series.length

// One turn of a wave with noise on it: a number is a look into it, since a seeder makes a thousand million of them.
const waveLength = 4096
// Where counters begin.
const firstSecond = 1.7e9
const wave = Float64Array.from({ length: waveLength }, (_, at) => {
  const noise = Math.abs(Math.sin(at * 12.9898) * 43_758.5453) % 1
  return 0.8 * Math.sin((2 * Math.PI * at) / waveLength) + 0.2 * (2 * noise - 1)
})

/** The number of a series at a time: a gauge moves around its level, a counter grows by it, and never falls. */
function valueAt(index: number, host: number, timeMs: number): number {
  const { kind, level, isWhole } = series[index] ?? { kind: 'gauge', level: 0, isWhole: false }
  const seconds = timeMs / 1000
  const at = (Math.floor(seconds / 10) * (1 + (index % 5)) + host * 131 + index * 17) % waveLength
  const swing = wave[at] ?? 0
  // The wave changes by less than half a unit in ten seconds, which is less than the level's own growth.
  const value = kind === 'counter' ? level * (seconds - firstSecond) + 8 * level * swing : level * (1 + 0.4 * swing)
  return isWhole ? Math.floor(value) : value
}

/** All numbers of a host at a time, in the order of its record. */
export function readingsAt(host: number, timeMs: number): Float64Array {
  const readings = new Float64Array(series.length)
  for (let index = 0; index < readings.length; index++) readings[index] = valueAt(index, host, timeMs)
  return readings
}

/** The same as an agent would tell them. */
export function samplesAt(host: number, timeMs: number, startTimeMs: number): readonly NumberSample[] {
  const readings = readingsAt(host, timeMs)
  return series.map(({ name, unit, kind, attributes, isWhole }, index) => ({
    series: { name, unit, kind, attributes, ...(isWhole ? { integer: true } : {}) },
    value: readings[index] ?? 0,
    ...(kind === 'counter' ? { startTimeMs } : {}),
  }))
}

/** A bucket of each series, as the roll-up makes it, from a few looks into it. */
export function bucketsAt(
  host: number,
  timeMs: number,
  seconds: number,
  intervalSeconds: number,
): readonly SeriesBucket[] {
  const looks = 6
  const count = seconds / intervalSeconds
  const readings = Array.from({ length: looks + 1 }, (_, look) =>
    readingsAt(host, timeMs + (look * seconds * 1000) / looks),
  )
  return series.map(({ kind }, index) => {
    const values = readings.map((each) => each[index] ?? 0)
    const [first = 0] = values
    const last = values.at(-1) ?? 0
    if (kind !== 'counter') {
      const sum = (count * values.slice(1).reduce((total, value) => total + value, 0)) / looks
      return { count, min: Math.min(...values), max: Math.max(...values), sum, last }
    }
    const rates = values.slice(1).map((value, look) => ((value - (values[look] ?? 0)) * looks) / seconds)
    return { count, min: Math.min(...rates), max: Math.max(...rates), sum: last - first, last }
  })
}
