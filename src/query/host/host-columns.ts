import type { Attributes, Kind } from '../../metric/sample.ts'
import type { DescribedMetric } from '../known-metrics.ts'

/** A column of the list of hosts: which series make its number, and how. */
export interface HostColumn {
  readonly id: string
  readonly title: string
  readonly unit: string
  readonly metric: string
  readonly isPinned: boolean
}

/** A column with how its number is made. */
export interface ColumnSource extends HostColumn {
  readonly kind: Kind
  readonly isOf: (attributes: Attributes) => boolean
  /** Of the values of a host's series at one time, at least one. */
  readonly combine: (values: readonly number[]) => number
}

interface StandardColumn {
  readonly id: string
  readonly title: string
  readonly metric: string
  readonly isOf: (attributes: Attributes) => boolean
  readonly combine: (values: readonly number[]) => number
}

const idle: ReadonlySet<unknown> = new Set(['idle', 'iowait'])

const standard: readonly StandardColumn[] = [
  {
    id: 'cpu',
    title: 'CPU',
    metric: 'system.cpu.utilization',
    isOf: (attributes) => idle.has(attributes['cpu.mode']),
    // Of each processor two series, where each is told apart; else two of all together.
    combine: (values) => Math.max(0, 1 - total(values) / Math.max(1, values.length / idle.size)),
  },
  {
    id: 'memory',
    title: 'Memory',
    metric: 'system.memory.utilization',
    isOf: (attributes) => attributes['system.memory.state'] === 'used',
    combine: total,
  },
  {
    id: 'disk',
    title: 'Disk, fullest',
    metric: 'system.filesystem.utilization',
    isOf: (attributes) => attributes['system.filesystem.state'] !== 'free',
    combine: (values) => values.reduce((most, value) => Math.max(most, value)),
  },
  {
    id: 'receive',
    title: 'Network in',
    metric: 'system.network.io',
    isOf: (attributes) => isOutward(attributes, 'receive'),
    combine: total,
  },
  {
    id: 'transmit',
    title: 'Network out',
    metric: 'system.network.io',
    isOf: (attributes) => isOutward(attributes, 'transmit'),
    combine: total,
  },
]

/** What the columns are made of. */
export const columnMetrics: readonly string[] = [...new Set(standard.map(({ metric }) => metric))]

/** The standard columns whose metrics the database has, and one for each pinned metric that it has. */
export function columnsOf(
  metrics: ReadonlyMap<string, DescribedMetric>,
  pins: readonly string[],
): readonly ColumnSource[] {
  const columns = standard.flatMap((column): readonly ColumnSource[] => {
    const metric = metrics.get(column.metric)
    if (metric === undefined) return []
    return [{ ...column, kind: metric.kind, unit: unitOf(metric), isPinned: pins.includes(column.metric) }]
  })
  const shown = new Set(columns.map(({ metric }) => metric))
  const pinned = [...new Set(pins)].flatMap((name): readonly ColumnSource[] => {
    const metric = metrics.get(name)
    if (metric === undefined || shown.has(name)) return []
    return [
      {
        id: name,
        title: name,
        metric: name,
        kind: metric.kind,
        unit: unitOf(metric),
        isPinned: true,
        isOf: () => true,
        // Shares do not add up to a share.
        combine: metric.kind === 'gauge' || metric.kind === 'histogram' ? most : total,
      },
    ]
  })
  return [...columns, ...pinned]
}

/** Traffic with other machines: what a host says to itself over the loopback is none, as in the live line of `up`. */
function isOutward(attributes: Attributes, direction: string): boolean {
  return attributes['network.io.direction'] === direction && attributes['network.interface.name'] !== 'lo'
}

function unitOf({ kind, unit }: DescribedMetric): string {
  return kind === 'counter' ? `${unit}/s` : unit
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function most(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b))
}
