import type { Kind } from '../metric/sample.ts'
import { storedWhole } from '../store/stored-value.ts'
import { inChunks } from '../store/insert-missing.ts'
import type { MetricStore } from '../store/store.ts'
import { parseKind } from './series.ts'

/** A metric of the catalogue, and what it costs. */
export interface CatalogueRow {
  readonly metric: string
  readonly kind: Kind
  readonly unit: string
  readonly description: string | null
  readonly hosts: number
  readonly series: number
  /** At the pace of the last hour. */
  readonly samplesPerDay: number
  /** Their share of what the stored days take on the disk; null in the first hour, when the tables' first pages say nothing. */
  readonly bytesPerDay: number | null
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs

interface Counted {
  readonly hosts: Set<number>
  samples: number
}

/** Every metric with what it costs: rows of the last hour are counted by layout, which is a look at the index on time. */
export async function readCatalogue(store: MetricStore, nowMs: number): Promise<readonly CatalogueRow[]> {
  const { codec, database } = store
  const from = codec.time(nowMs - hourMs)
  const layouts = await database
    .selectFrom('scrape')
    .select(['layout_id', 'host_id'])
    .select(({ fn }) => [fn.countAll().as('rows'), fn.min('time').as('first')])
    .where('time', '>=', from)
    .groupBy(['layout_id', 'host_id'])
    .execute()
  const timings = await database
    .selectFrom('histogram')
    .innerJoin('series', 'series.series_id', 'histogram.series_id')
    .select(['series.metric_id', 'histogram.host_id'])
    .select(({ fn }) => [fn.countAll().as('rows'), fn.min('histogram.time').as('first')])
    .where('histogram.time', '>=', from)
    .groupBy(['series.metric_id', 'histogram.host_id'])
    .execute()
  const firstMs = [...layouts, ...timings].reduce((least, { first }) => Math.min(least, codec.timeMs(first)), nowMs)
  // A database that is minutes old has no hour yet; less than a minute says nothing of a day.
  const perDay = dayMs / Math.min(hourMs, Math.max(60_000, nowMs - firstMs))
  const counted = new Map<number, Counted>()
  const count = (metricId: number, hostId: number, samples: number): void => {
    const known = counted.get(metricId) ?? { hosts: new Set(), samples: 0 }
    known.hosts.add(hostId)
    known.samples += samples
    counted.set(metricId, known)
  }
  const sizes = await readLayouts(store, [...new Set(layouts.map(({ layout_id: id }) => id))])
  for (const { layout_id: layoutId, host_id: hostId, rows } of layouts) {
    for (const [metricId, series] of sizes.get(layoutId) ?? [])
      count(metricId, hostId, series * Number(storedWhole(rows)))
  }
  for (const { metric_id: metricId, host_id: hostId, rows } of timings) {
    count(metricId, hostId, Number(storedWhole(rows)))
  }
  const bytesPerSample = await readBytesPerSample(store, nowMs, counted, perDay)
  const metrics = await database
    .selectFrom('metric')
    .leftJoin('series', 'series.metric_id', 'metric.metric_id')
    .select(['metric.metric_id', 'metric.name', 'metric.unit', 'metric.kind', 'metric.description'])
    .select(({ fn }) => fn.count('series.series_id').as('series'))
    .groupBy(['metric.metric_id', 'metric.name', 'metric.unit', 'metric.kind', 'metric.description'])
    .orderBy('metric.name')
    .execute()
  return metrics.map(({ metric_id: id, name, unit, kind, description, series }) => {
    const samplesPerDay = Math.round((counted.get(id)?.samples ?? 0) * perDay)
    return {
      metric: name,
      kind: parseKind(kind),
      unit,
      description,
      hosts: counted.get(id)?.hosts.size ?? 0,
      series: Number(storedWhole(series)),
      samplesPerDay,
      bytesPerDay: bytesPerSample === undefined ? null : Math.round(samplesPerDay * bytesPerSample),
    }
  })
}

/** Of each layout how many series of each metric it has. */
async function readLayouts(
  { database }: MetricStore,
  layoutIds: readonly number[],
): Promise<ReadonlyMap<number, ReadonlyMap<number, number>>> {
  const layouts = new Map<number, Map<number, number>>()
  for (const chunk of inChunks(layoutIds)) {
    const rows = await database
      .selectFrom('layout_series')
      .innerJoin('series', 'series.series_id', 'layout_series.series_id')
      .select(['layout_series.layout_id', 'series.metric_id'])
      .select(({ fn }) => fn.countAll().as('series'))
      .where('layout_series.layout_id', 'in', chunk)
      .groupBy(['layout_series.layout_id', 'series.metric_id'])
      .execute()
    for (const { layout_id: id, metric_id: metricId, series } of rows) {
      const layout = layouts.get(id) ?? new Map<number, number>()
      layouts.set(id, layout.set(metricId, Number(storedWhole(series))))
    }
  }
  return layouts
}

/** What the tables of readings take, over what the days in them hold at today's pace: an estimate that costs no scan. Undefined in the first hour. */
async function readBytesPerSample(
  store: MetricStore,
  nowMs: number,
  counted: ReadonlyMap<number, Counted>,
  perDay: number,
): Promise<number | undefined> {
  const sizes = await store.tableSizes()
  const named = sizes.filter(({ table }) => table === 'scrape' || table === 'histogram')
  const bytes = (named.length > 0 ? named : sizes).reduce((sum, each) => sum + each.bytes, 0)
  const oldest = await store.database.selectFrom('scrape').select('time').orderBy('time').limit(1).executeTakeFirst()
  const samplesPerDay = [...counted.values()].reduce((sum, { samples }) => sum + samples, 0) * perDay
  if (oldest === undefined || samplesPerDay === 0) return 0
  const spanMs = nowMs - store.codec.timeMs(oldest.time)
  return spanMs < hourMs ? undefined : bytes / ((spanMs / dayMs) * samplesPerDay)
}
