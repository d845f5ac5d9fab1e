import { sql } from 'kysely'
import type { MetricStore } from '../../store/store.ts'
import { histogramColumns, toHistogram } from '../../store/stored-histogram.ts'
import { inSeries, isNothing, type OfSeries, type ReadingsRequest } from './readings.ts'
import { slicesOf } from '../packed-rows.ts'
import { findPicks, pickedOf } from '../picks.ts'
import { SeriesItems } from './series-items.ts'
import type { TimedHistogram } from './timing-points.ts'

/** One bucket of one series. */
export interface TierBucket {
  /** Its begin, Unix milliseconds. */
  readonly timeMs: number
  readonly seconds: number
  readonly count: number
  /** Of a counter its rate a second over the bucket. */
  readonly average: number
}

/** The buckets of a tier that begin in the range, of packed rows; without those of which nothing is known. */
export async function readBuckets(
  store: MetricStore,
  request: ReadingsRequest & { readonly isCounter: boolean },
  resolution: 600 | 3600,
): Promise<readonly OfSeries<TierBucket>[]> {
  if (isNothing(request)) return []
  const { codec, database } = store
  const { hostIds, seriesIds, isCounter } = request
  const picks = await findPicks(store, seriesIds)
  const byLayout = new Map(picks.map((each) => [each.layoutId, each.seriesIds]))
  const found = new SeriesItems<TierBucket>()
  const slices = slicesOf({ ...request, rowsPerSecond: hostIds.length / resolution })
  for (const { fromMs, toMs } of picks.length === 0 ? [] : slices) {
    const rows = await database
      .selectFrom('rollup')
      .select(['host_id', 'layout_id', 'time'])
      .select([pickedOf(codec, 'count', picks).as('counts'), pickedOf(codec, 'sum', picks).as('sums')])
      .where('resolution', '=', resolution)
      .where('host_id', 'in', hostIds)
      .where('time', '>=', codec.time(fromMs))
      .where('time', '<', codec.time(toMs))
      .where(sql<boolean>`layout_id in (${sql.join([...byLayout.keys()].map((id) => sql.lit(id)))})`)
      .orderBy('host_id')
      .orderBy('time')
      .execute()
    for (const row of rows) {
      const timeMs = codec.timeMs(row.time)
      const counts = codec.numbersValue(row.counts)
      const sums = codec.numbersValue(row.sums)
      const ofRow = byLayout.get(row.layout_id) ?? []
      for (let index = 0; index < ofRow.length; index++) {
        const [seriesId, count = 0, sum = Number.NaN] = [ofRow[index], counts[index], sums[index]]
        if (seriesId === undefined || !(count > 0) || Number.isNaN(sum)) continue
        const average = isCounter ? sum / resolution : sum / count
        found.add(row.host_id, seriesId, { timeMs, seconds: resolution, count, average })
      }
    }
  }
  return found.all
}

/** The merged histograms of a tier that begin in the range. */
export async function readTierHistograms(
  store: MetricStore,
  request: ReadingsRequest,
  resolution: 600 | 3600,
): Promise<readonly OfSeries<TimedHistogram>[]> {
  if (isNothing(request)) return []
  const { codec, database } = store
  const rows = await database
    .selectFrom('histogram_rollup')
    .select(['host_id', 'series_id', 'time', ...histogramColumns])
    .where('resolution', '=', resolution)
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
