import type { MetricStore } from '../store/store.ts'
import { histogramColumns, toHistogram } from '../store/stored-histogram.ts'
import { inSeries, isNothing, type OfSeries, type ReadingsRequest } from './readings.ts'
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

/** The buckets of a tier that begin in the range, through the view `trend`; without those of which nothing is known. */
export async function readBuckets(
  store: MetricStore,
  request: ReadingsRequest,
  resolution: 600 | 3600,
): Promise<readonly OfSeries<TierBucket>[]> {
  if (isNothing(request)) return []
  const { codec, database } = store
  const rows = await database
    .selectFrom('trend')
    .select(['host_id', 'series_id', 'time', 'count', 'average'])
    .where('resolution', '=', resolution)
    .where('host_id', 'in', request.hostIds)
    .where('series_id', 'in', request.seriesIds)
    .where('time', '>=', codec.time(request.fromMs))
    .where('time', '<', codec.time(request.toMs))
    .where('average', 'is not', null)
    .orderBy('host_id')
    .orderBy('series_id')
    .orderBy('time')
    .execute()
  return inSeries(rows, ({ time, count, average }) => {
    return { timeMs: codec.timeMs(time), seconds: resolution, count: Number(count), average: Number(average) }
  })
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
