import type { Kind } from '../../metric/sample.ts'
import type { MetricStore } from '../../store/store.ts'
import type { KnownHost } from './hosts.ts'
import { parseKind } from '../series.ts'

/** A chart that a host has. */
export interface ChartName {
  readonly metric: string
  readonly title: string
  readonly unit: string
  readonly kind: Kind
  /** The heading it stands under. */
  readonly group: string
}

/** How far before its newest reading it is looked what a host sends. */
const lookBackMs = 900_000

const groups: readonly (readonly [prefix: string, group: string])[] = [
  ['system.cpu.', 'CPU'],
  ['system.memory.', 'Memory'],
  ['system.paging.', 'Memory'],
  ['system.filesystem.', 'Disk'],
  ['system.disk.', 'Disk'],
  ['system.network.', 'Network'],
  ['system.', 'System'],
  ['process.', 'System'],
  ['hw.', 'System'],
  ['nodejs.', 'hostvitals itself'],
  ['v8js.', 'hostvitals itself'],
  ['hostvitals.', 'hostvitals itself'],
]
const own = 'Own metrics'
const order: readonly string[] = ['CPU', 'Memory', 'Disk', 'Network', own, 'System', 'hostvitals itself']
/** What a person looks at first, in this order; the others follow by name. */
const first: readonly string[] = [
  'system.cpu.utilization',
  'system.cpu.load_average.1m',
  'system.memory.utilization',
  'system.memory.usage',
  'system.filesystem.utilization',
  'system.disk.io',
  'system.network.io',
]

/** The charts of what a host sent last, in the order in which a page shows them. */
export async function listHostCharts({ codec, database }: MetricStore, host: KnownHost): Promise<readonly ChartName[]> {
  const from = codec.time(host.lastSeenMs - Math.max(lookBackMs, 5 * (host.intervalMs ?? 0)))
  const rows = await database
    .selectFrom('metric')
    .select(['name', 'unit', 'kind'])
    .distinct()
    .where('metric_id', 'in', (of) =>
      of
        .selectFrom('layout_series')
        .innerJoin('series', 'series.series_id', 'layout_series.series_id')
        .select('series.metric_id')
        .where('layout_series.layout_id', 'in', (layouts) =>
          layouts.selectFrom('scrape').select('layout_id').where('host_id', '=', host.hostId).where('time', '>=', from),
        ),
    )
    .execute()
  const timers = await database
    .selectFrom('histogram')
    .innerJoin('series', 'series.series_id', 'histogram.series_id')
    .innerJoin('metric', 'metric.metric_id', 'series.metric_id')
    .select(['metric.name', 'metric.unit', 'metric.kind'])
    .distinct()
    .where('histogram.host_id', '=', host.hostId)
    .where('histogram.time', '>=', from)
    .execute()
  const charts = [...rows, ...timers].map(({ name, unit, kind }): ChartName => ({
    metric: name,
    title: name,
    unit: kind === 'counter' ? `${unit}/s` : unit,
    kind: parseKind(kind),
    group: groups.find(([prefix]) => name.startsWith(prefix))?.[1] ?? own,
  }))
  return charts.toSorted(
    (a, b) =>
      order.indexOf(a.group) - order.indexOf(b.group) ||
      rankOf(a.metric) - rankOf(b.metric) ||
      a.metric.localeCompare(b.metric, 'en', { numeric: true }),
  )
}

function rankOf(metric: string): number {
  const rank = first.indexOf(metric)
  return rank === -1 ? first.length : rank
}
