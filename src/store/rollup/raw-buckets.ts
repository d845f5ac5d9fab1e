import type { Kysely } from 'kysely'
import { mergeHistograms } from '../../metric/merge-histograms.ts'
import type { ExponentialHistogram } from '../../metric/sample.ts'
import type { Tables } from '../schema.ts'
import type { Codec } from '../store.ts'
import { histogramColumns, toHistogram } from '../stored-histogram.ts'
import { type BucketRange, type ComputedBuckets, entryOf, type HostBucket } from './host-bucket.ts'
import { readLayouts } from './layout-series.ts'
import { CounterReadings, GaugeReadings, type SeriesReadings } from './series-bucket.ts'
import { readTier } from './tier-buckets.ts'

/** Most counters are read again within this time, so that few buckets need to look further back. */
const usualLookBackMs = 120_000

/**
 * The buckets of these hosts from raw rows. A counter's growth begins at its newest reading within one bucket's width before;
 * where raw is gone, at the former bucket's last. What it grew by over a longer silence belongs to no bucket.
 */
export async function computeFromRaw(
  sql: Kysely<Tables>,
  codec: Codec,
  range: BucketRange,
  resolution: number,
): Promise<ComputedBuckets> {
  const { hostIds, fromMs, toMs } = range
  const gathered = new Gathered(fromMs)
  await gatherRaw(sql, codec, { hostIds, fromMs: fromMs - usualLookBackMs, toMs }, gathered)
  const formerMs = fromMs - resolution * 1000
  const wanting = gathered.hostsWithoutFormer()
  if (wanting.length > 0) {
    const further = { hostIds: wanting, fromMs: formerMs, toMs: fromMs - usualLookBackMs }
    await gatherRaw(sql, codec, further, gathered)
  }
  const stillWanting = gathered.hostsWithoutFormer()
  if (stillWanting.length > 0) {
    const former = await readTier(sql, codec, resolution, { hostIds: stillWanting, fromMs: formerMs, toMs: fromMs })
    for (const { hostId, seriesId, bucket } of former.numbers)
      // When in its bucket it was read is not known: a start within it is taken as before it.
      gathered.addFormer(hostId, seriesId, fromMs - 1, bucket.last)
  }
  const starts = await readStarts(sql, codec, { hostIds, fromMs: formerMs, toMs })
  const histograms = await gatherHistograms(sql, codec, range)
  const buckets = new Map<number, HostBucket>()
  for (const hostId of hostIds) {
    const numbers = gathered.bucketsOf(hostId, starts.get(hostId) ?? new Map<number, readonly number[]>())
    const own = histograms.byHost.get(hostId) ?? new Map<number, ExponentialHistogram>()
    if (numbers.size > 0 || own.size > 0) buckets.set(hostId, { numbers, histograms: own })
  }
  return { buckets, numbersRead: gathered.numbersRead + histograms.read }
}

type StartsOfHost = ReadonlyMap<number, readonly number[]>

/** The readings of several hosts, by series. */
class Gathered {
  numbersRead = 0
  readonly #fromMs: number
  readonly #hosts = new Map<number, Map<number, SeriesReadings>>()

  constructor(fromMs: number) {
    this.#fromMs = fromMs
  }

  /** The series of a host that stand at the positions of a layout. */
  placesOf(hostId: number, layout: readonly { readonly seriesId: number; readonly isCounter: boolean }[]) {
    const ofHost = entryOf(this.#hosts, hostId, () => new Map<number, SeriesReadings>())
    return layout.map(({ seriesId, isCounter }) =>
      entryOf(ofHost, seriesId, () =>
        isCounter ? new CounterReadings(this.#fromMs) : new GaugeReadings(this.#fromMs),
      ),
    )
  }

  hostsWithoutFormer(): readonly number[] {
    const found: number[] = []
    for (const [hostId, series] of this.#hosts) {
      if ([...series.values()].some(isWithoutFormer)) found.push(hostId)
    }
    return found
  }

  addFormer(hostId: number, seriesId: number, timeMs: number, total: number): void {
    const readings = this.#hosts.get(hostId)?.get(seriesId)
    if (readings !== undefined && isWithoutFormer(readings)) readings.add(timeMs, total)
  }

  bucketsOf(hostId: number, starts: StartsOfHost): HostBucket['numbers'] {
    const buckets: [number, NonNullable<ReturnType<SeriesReadings['bucket']>>][] = []
    for (const [seriesId, readings] of this.#hosts.get(hostId) ?? []) {
      const bucket = readings.bucket(starts.get(seriesId) ?? [])
      if (bucket !== undefined) buckets.push([seriesId, bucket])
    }
    return new Map(buckets)
  }
}

function isWithoutFormer(readings: SeriesReadings): boolean {
  return readings instanceof CounterReadings && readings.isWithoutFormer
}

async function gatherRaw(sql: Kysely<Tables>, codec: Codec, range: BucketRange, into: Gathered): Promise<void> {
  const rows = await sql
    .selectFrom('scrape')
    .select(['host_id', 'time', 'layout_id', 'readings'])
    .where('host_id', 'in', range.hostIds)
    .where('time', '>=', codec.time(range.fromMs))
    .where('time', '<', codec.time(range.toMs))
    .orderBy('host_id')
    .orderBy('time')
    .orderBy('run_id')
    .orderBy('seq')
    .orderBy('layout_id')
    .execute()
  const layouts = await readLayouts(sql, new Set(rows.map((row) => row.layout_id)))
  let [hostId, places] = [Number.NaN, new Map<number, readonly SeriesReadings[]>()]
  for (const row of rows) {
    if (row.host_id !== hostId) [hostId, places] = [row.host_id, new Map()]
    const series = entryOf(places, row.layout_id, () => into.placesOf(hostId, layouts.get(row.layout_id) ?? []))
    const timeMs = codec.timeMs(row.time)
    const readings = codec.numbersValue(row.readings)
    into.numbersRead += readings.length
    for (const [index, value] of readings.entries()) if (!Number.isNaN(value)) series[index]?.add(timeMs, value)
  }
}

async function gatherHistograms(sql: Kysely<Tables>, codec: Codec, range: BucketRange) {
  const rows = await sql
    .selectFrom('histogram')
    .select(['host_id', 'series_id', ...histogramColumns])
    .where('host_id', 'in', range.hostIds)
    .where('time', '>=', codec.time(range.fromMs))
    .where('time', '<', codec.time(range.toMs))
    .orderBy('host_id')
    .orderBy('series_id')
    .orderBy('time')
    .orderBy('run_id')
    .orderBy('seq')
    .execute()
  const byHost = new Map<number, Map<number, ExponentialHistogram>>()
  for (const [hostId, ofHost] of Map.groupBy(rows, (row) => row.host_id)) {
    for (const [seriesId, ofSeries] of Map.groupBy(ofHost, (row) => row.series_id)) {
      const merged = mergeHistograms(ofSeries.map((row) => toHistogram(codec, row)))
      if (merged !== undefined)
        entryOf(byHost, hostId, () => new Map<number, ExponentialHistogram>()).set(seriesId, merged)
    }
  }
  return { byHost, read: rows.length }
}

async function readStarts(
  sql: Kysely<Tables>,
  codec: Codec,
  range: BucketRange,
): Promise<ReadonlyMap<number, StartsOfHost>> {
  const rows = await sql
    .selectFrom('counter_start')
    .select(['host_id', 'series_id', 'start_time'])
    .where('host_id', 'in', range.hostIds)
    .where('start_time', '>=', codec.time(range.fromMs))
    .where('start_time', '<', codec.time(range.toMs))
    .execute()
  const starts = new Map<number, Map<number, number[]>>()
  for (const row of rows) {
    const ofHost = entryOf(starts, row.host_id, () => new Map<number, number[]>())
    entryOf(ofHost, row.series_id, () => []).push(codec.timeMs(row.start_time))
  }
  return starts
}
