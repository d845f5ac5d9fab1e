import type { MetricStore } from '../../store/store.ts'
import { readPacked, RowBudget } from '../packed-rows.ts'
import { findPicks } from '../picks.ts'
import type { Point } from './points.ts'
import { SeriesItems } from './series-items.ts'
import { histogramColumns, toHistogram } from '../../store/stored-histogram.ts'
import type { TimedHistogram } from './timing-points.ts'

/** Which rows. The range's begin is included and its end is not, Unix milliseconds. */
export interface ReadingsRequest {
  readonly hostIds: readonly number[]
  readonly seriesIds: readonly number[]
  readonly fromMs: number
  readonly toMs: number
}

/** What one series of one host has, in the order of time. */
export interface OfSeries<Item> {
  readonly hostId: number
  readonly seriesId: number
  readonly items: readonly Item[]
}

/** A query prints whatever there is. */
const anyNumber = Number.MAX_SAFE_INTEGER - 1

/** The numbers of the given series and hosts in a range: of packed rows, each of which is read once for all of its series. */
export async function readNumbers(store: MetricStore, request: ReadingsRequest): Promise<readonly OfSeries<Point>[]> {
  if (isNothing(request)) return []
  const { hostIds, seriesIds } = request
  const picks = await findPicks(store, seriesIds)
  const byLayout = new Map(picks.map((each) => [each.layoutId, each.seriesIds]))
  const found = new SeriesItems<Point>()
  // A row a second is more than most hosts send: a slice has fewer rows then.
  const packed = { ...request, picks, rowsPerSecond: hostIds.length }
  for await (const rows of readPacked(store, packed, new RowBudget(anyNumber))) {
    for (const { hostId, layoutId, timeMs, values } of rows) {
      const ofRow = byLayout.get(layoutId) ?? []
      for (let index = 0; index < ofRow.length; index++) {
        const [seriesId, value = Number.NaN] = [ofRow[index], values[index]]
        if (seriesId !== undefined && !Number.isNaN(value)) found.add(hostId, seriesId, [timeMs, value])
      }
    }
  }
  return found.all
}

/** The histograms of the given series and hosts in a range. */
export async function readHistograms(
  store: MetricStore,
  request: ReadingsRequest,
): Promise<readonly OfSeries<TimedHistogram>[]> {
  if (isNothing(request)) return []
  const { codec, database } = store
  const rows = await database
    .selectFrom('histogram')
    .select(['host_id', 'series_id', 'time', ...histogramColumns])
    .where('host_id', 'in', request.hostIds)
    .where('series_id', 'in', request.seriesIds)
    .where('time', '>=', codec.time(request.fromMs))
    .where('time', '<', codec.time(request.toMs))
    .orderBy('host_id')
    .orderBy('series_id')
    .orderBy('time')
    .execute()
  return inSeries(rows, (row) => ({ timeMs: codec.timeMs(row.time), histogram: toHistogram(codec, row) }))
}

/** The starts that the counters of the given series and hosts told in a range, Unix milliseconds. */
export async function readStarts(store: MetricStore, request: ReadingsRequest): Promise<readonly OfSeries<number>[]> {
  if (isNothing(request)) return []
  const { codec, database } = store
  const rows = await database
    .selectFrom('counter_start')
    .select(['host_id', 'series_id', 'start_time'])
    .where('host_id', 'in', request.hostIds)
    .where('series_id', 'in', request.seriesIds)
    .where('start_time', '>=', codec.time(request.fromMs))
    .where('start_time', '<', codec.time(request.toMs))
    .orderBy('host_id')
    .orderBy('series_id')
    .orderBy('start_time')
    .execute()
  return inSeries(rows, (row) => codec.timeMs(row.start_time))
}

/** Where nothing can be found. */
export function isNothing({ hostIds, seriesIds }: ReadingsRequest): boolean {
  return hostIds.length === 0 || seriesIds.length === 0
}

/** Rows that are sorted by host and series, cut where either changes. */
export function inSeries<Row extends { readonly host_id: number; readonly series_id: number }, Item>(
  rows: readonly Row[],
  toItem: (row: Row) => Item,
): readonly OfSeries<Item>[] {
  const series: { hostId: number; seriesId: number; items: Item[] }[] = []
  for (const row of rows) {
    const last = series.at(-1)
    const item = toItem(row)
    if (last !== undefined && last.hostId === row.host_id && last.seriesId === row.series_id) last.items.push(item)
    else series.push({ hostId: row.host_id, seriesId: row.series_id, items: [item] })
  }
  return series
}
