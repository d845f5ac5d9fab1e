import type { Kind } from '../metric/sample.ts'
import type { MetricStore } from '../store/store.ts'
import type { Point } from './points.ts'

/** The numbers of a timer or histogram that a line can be drawn of. */
export const timingColumns = ['p50', 'p90', 'p95', 'p99', 'min', 'max'] as const

/** One of them. */
export type TimingColumn = (typeof timingColumns)[number]

/** What one series of one host read, in the order of time. */
export interface Readings {
  readonly hostId: number
  readonly seriesId: number
  readonly statistic?: TimingColumn
  readonly points: readonly Point[]
}

/** Which rows. */
export interface ReadingsRequest {
  readonly kind: Kind
  readonly hostIds: readonly number[]
  readonly seriesIds: readonly number[]
  readonly fromMs: number
  readonly toMs: number
}

/**
 * The readings of the given series and hosts in a range, through the views `sample` and `timing`. Ids are resolved before,
 * since a view that is asked by metric name may walk a whole layout per row on MySQL, MariaDB and SQLite.
 */
export async function readReadings(store: MetricStore, request: ReadingsRequest): Promise<readonly Readings[]> {
  if (request.hostIds.length === 0 || request.seriesIds.length === 0) return []
  return request.kind === 'histogram' ? readTimings(store, request) : readSamples(store, request)
}

async function readSamples(store: MetricStore, request: ReadingsRequest): Promise<readonly Readings[]> {
  const rows = await store.database
    .selectFrom('sample')
    .select(['host_id', 'series_id', 'time', 'value'])
    .where('host_id', 'in', request.hostIds)
    .where('series_id', 'in', request.seriesIds)
    .where('time', '>=', store.codec.time(request.fromMs))
    .where('time', '<', store.codec.time(request.toMs))
    .orderBy('host_id')
    .orderBy('series_id')
    .orderBy('time')
    .execute()
  const points = rows.map((row) => ({
    hostId: row.host_id,
    seriesId: row.series_id,
    point: [store.codec.timeMs(row.time), row.value] as const,
  }))
  return inSeries(points)
}

async function readTimings(store: MetricStore, request: ReadingsRequest): Promise<readonly Readings[]> {
  const rows = await store.database
    .selectFrom('timing')
    .select(['host_id', 'series_id', 'time', ...timingColumns])
    .where('host_id', 'in', request.hostIds)
    .where('series_id', 'in', request.seriesIds)
    .where('time', '>=', store.codec.time(request.fromMs))
    .where('time', '<', store.codec.time(request.toMs))
    .orderBy('host_id')
    .orderBy('series_id')
    .orderBy('time')
    .execute()
  return timingColumns.flatMap((statistic) => {
    const points = rows.map((row) => ({
      hostId: row.host_id,
      seriesId: row.series_id,
      point: [store.codec.timeMs(row.time), row[statistic]] as const,
    }))
    return inSeries(points).map(({ hostId, seriesId, points: each }) => ({ hostId, seriesId, statistic, points: each }))
  })
}

interface SeriesPoint {
  readonly hostId: number
  readonly seriesId: number
  readonly point: Point
}

/** Rows that are sorted by host and series, cut where either changes. */
function inSeries(rows: readonly SeriesPoint[]): readonly Readings[] {
  const series: { hostId: number; seriesId: number; points: Point[] }[] = []
  for (const { hostId, seriesId, point } of rows) {
    const last = series.at(-1)
    if (last !== undefined && last.hostId === hostId && last.seriesId === seriesId) last.points.push(point)
    else series.push({ hostId, seriesId, points: [point] })
  }
  return series
}
