import type { Kysely } from 'kysely'
import { mergeHistograms } from '../../metric/merge-histograms.ts'
import type { ExponentialHistogram } from '../../metric/sample.ts'
import type { Tables } from '../schema.ts'
import type { Codec } from '../store.ts'
import { histogramColumns, toHistogram } from '../stored-histogram.ts'
import { type BucketRange, type ComputedBuckets, entryOf, type HostBucket } from './host-bucket.ts'
import { readLayouts } from './layout-series.ts'
import { mergeBuckets, type SeriesBucket } from './series-bucket.ts'

/** A bucket of numbers as it is stored. */
export interface StoredNumbers {
  readonly hostId: number
  readonly seriesId: number
  readonly timeMs: number
  readonly bucket: SeriesBucket
}

/** A bucket of a timer as it is stored. */
export interface StoredTimings {
  readonly hostId: number
  readonly seriesId: number
  readonly timeMs: number
  readonly histogram: ExponentialHistogram
}

/** The buckets of a tier that begin within the range, by host and in the order of time. */
export async function readTier(
  sql: Kysely<Tables>,
  codec: Codec,
  resolution: number,
  range: BucketRange,
): Promise<{ readonly numbers: readonly StoredNumbers[]; readonly numbersRead: number }> {
  const rows = await sql
    .selectFrom('rollup')
    .selectAll()
    .where('resolution', '=', resolution)
    .where('host_id', 'in', range.hostIds)
    .where('time', '>=', codec.time(range.fromMs))
    .where('time', '<', codec.time(range.toMs))
    .orderBy('host_id')
    .orderBy('time')
    .orderBy('layout_id')
    .execute()
  const layouts = await readLayouts(sql, new Set(rows.map((row) => row.layout_id)))
  const numbers: StoredNumbers[] = []
  for (const row of rows) {
    const [counts, mins, maxs, sums, lasts] = [row.count, row.min, row.max, row.sum, row.last].map(codec.numbersValue)
    const timeMs = codec.timeMs(row.time)
    for (const [index, { seriesId }] of (layouts.get(row.layout_id) ?? []).entries()) {
      const count = counts?.[index] ?? 0
      if (!(count > 0)) continue
      const [min, max, sum, last] = [mins, maxs, sums, lasts].map((each) => each?.[index] ?? Number.NaN)
      const known = {
        count,
        min: min ?? Number.NaN,
        max: max ?? Number.NaN,
        sum: sum ?? Number.NaN,
        last: last ?? Number.NaN,
      }
      numbers.push({ hostId: row.host_id, seriesId, timeMs, bucket: known })
    }
  }
  return { numbers, numbersRead: numbers.length * 5 }
}

/** The merged histograms of a tier that begin within the range, by host and series and in the order of time. */
export async function readTierTimings(
  sql: Kysely<Tables>,
  codec: Codec,
  resolution: number,
  range: BucketRange,
): Promise<readonly StoredTimings[]> {
  const rows = await sql
    .selectFrom('histogram_rollup')
    .select(['host_id', 'series_id', 'time', ...histogramColumns])
    .where('resolution', '=', resolution)
    .where('host_id', 'in', range.hostIds)
    .where('time', '>=', codec.time(range.fromMs))
    .where('time', '<', codec.time(range.toMs))
    .orderBy('host_id')
    .orderBy('series_id')
    .orderBy('time')
    .execute()
  return rows.map((row) => ({
    hostId: row.host_id,
    seriesId: row.series_id,
    timeMs: codec.timeMs(row.time),
    histogram: toHistogram(codec, row),
  }))
}

/** The buckets of these hosts from those of a finer tier. */
export async function computeFromTier(
  sql: Kysely<Tables>,
  codec: Codec,
  range: BucketRange,
  finer: number,
): Promise<ComputedBuckets> {
  const { numbers, numbersRead } = await readTier(sql, codec, finer, range)
  const timings = await readTierTimings(sql, codec, finer, range)
  const parts = new Map<number, { numbers: Map<number, SeriesBucket>; histograms: Map<number, ExponentialHistogram> }>()
  const partOf = (hostId: number) => entryOf(parts, hostId, () => ({ numbers: new Map(), histograms: new Map() }))
  for (const ofSeries of Map.groupBy(numbers, keyOf).values()) {
    const [first] = ofSeries
    const merged = mergeBuckets(ofSeries.map(({ bucket }) => bucket))
    if (first !== undefined && merged !== undefined) partOf(first.hostId).numbers.set(first.seriesId, merged)
  }
  for (const ofSeries of Map.groupBy(timings, keyOf).values()) {
    const [first] = ofSeries
    const merged = mergeHistograms(ofSeries.map(({ histogram }) => histogram))
    if (first !== undefined && merged !== undefined) partOf(first.hostId).histograms.set(first.seriesId, merged)
  }
  const buckets: ReadonlyMap<number, HostBucket> = parts
  return { buckets, numbersRead: numbersRead + timings.length }
}

function keyOf({ hostId, seriesId }: Pick<StoredNumbers, 'hostId' | 'seriesId'>): string {
  return `${hostId}/${seriesId}`
}
