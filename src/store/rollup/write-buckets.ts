import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import { percentilesOf } from '../../metric/percentile.ts'
import { StoreUnavailableError } from '../../runtime/errors.ts'
import { inChunks, insertMissing, inWeighedChunks } from '../insert-missing.ts'
import type { Tables } from '../schema.ts'
import type { Codec, MetricStore } from '../store.ts'
import type { HostBucket } from './host-bucket.ts'
import type { SeriesBucket } from './series-bucket.ts'

/** As text a number takes about as much; a statement stays around a megabyte. */
const numbersAtOnce = 50_000

/** Which bucket of which hosts is written. */
export interface WrittenBucket {
  readonly resolution: number
  readonly timeMs: number
  readonly hostIds: readonly number[]
}

/**
 * Writes the buckets in place of those that are there; a host without one has none afterwards. A host's numbers have one
 * layout of all its series, in the order of their ids, so that a layout that changed within the bucket shows none twice.
 */
export async function writeBuckets(
  store: Pick<MetricStore, 'codec' | 'traits'>,
  sql: Kysely<Tables>,
  at: WrittenBucket,
  buckets: ReadonlyMap<number, HostBucket>,
): Promise<void> {
  const { codec } = store
  const { resolution, timeMs, hostIds } = at
  const time = codec.time(timeMs)
  for (const table of ['rollup', 'histogram_rollup'] as const) {
    await sql
      .deleteFrom(table)
      .where('resolution', '=', resolution)
      .where('host_id', 'in', hostIds)
      .where('time', '=', time)
      .execute()
  }
  const rows = await packedRows(store, sql, buckets)
  for (const chunk of inWeighedChunks(rows, ({ series }) => series.length * 5, numbersAtOnce)) {
    await sql
      .insertInto('rollup')
      .values(chunk.map((row) => packed(codec, at, row)))
      .execute()
  }
  const timings = [...buckets].flatMap(([hostId, { histograms }]) =>
    [...histograms].map(([seriesId, histogram]) => ({ hostId, seriesId, histogram })),
  )
  for (const chunk of inChunks(timings, 200)) {
    await sql
      .insertInto('histogram_rollup')
      .values(
        chunk.map(({ hostId, seriesId, histogram }) => {
          const [p50, p90, p95, p99] = percentilesOf(histogram) ?? []
          return {
            resolution,
            time,
            host_id: hostId,
            series_id: seriesId,
            scale: histogram.scale,
            count: codec.bigint(histogram.count),
            sum: Number.isFinite(histogram.sum) ? histogram.sum : null,
            min: histogram.min ?? null,
            max: histogram.max ?? null,
            p50: p50 ?? null,
            p90: p90 ?? null,
            p95: p95 ?? null,
            p99: p99 ?? null,
            zero_count: codec.bigint(histogram.zeroCount),
            bucket_offset: histogram.offset,
            buckets: codec.numbers(histogram.counts),
          }
        }),
      )
      .execute()
  }
}

interface PackedRow {
  readonly hostId: number
  readonly layoutId: number
  readonly series: readonly SeriesBucket[]
}

function packed(codec: Codec, { resolution, timeMs }: WrittenBucket, { hostId, layoutId, series }: PackedRow) {
  return {
    resolution,
    time: codec.time(timeMs),
    host_id: hostId,
    layout_id: layoutId,
    count: codec.numbers(series.map((each) => each.count)),
    min: codec.numbers(series.map((each) => each.min)),
    max: codec.numbers(series.map((each) => each.max)),
    sum: codec.numbers(series.map((each) => each.sum)),
    last: codec.numbers(series.map((each) => each.last)),
  }
}

async function packedRows(
  store: Pick<MetricStore, 'codec' | 'traits'>,
  sql: Kysely<Tables>,
  buckets: ReadonlyMap<number, HostBucket>,
): Promise<readonly PackedRow[]> {
  const layoutIds = new Map<string, number>()
  const rows: PackedRow[] = []
  for (const [hostId, { numbers }] of buckets) {
    if (numbers.size === 0) continue
    const ordered = [...numbers].sort(([a], [b]) => a - b)
    const seriesIds = ordered.map(([seriesId]) => seriesId)
    const key = seriesIds.join()
    const layoutId = layoutIds.get(key) ?? (await layoutOf(store, sql, seriesIds))
    layoutIds.set(key, layoutId)
    rows.push({ hostId, layoutId, series: ordered.map(([, bucket]) => bucket) })
  }
  return rows
}

/**
 * The layout of these series, made where there is none. Its hash is of ids, and so never that of a record's layout; both are
 * of this database alone. Only one program at a time writes buckets.
 */
async function layoutOf(
  { codec, traits }: Pick<MetricStore, 'codec' | 'traits'>,
  sql: Kysely<Tables>,
  seriesIds: readonly number[],
): Promise<number> {
  const digest = createHash('sha256').update(`series of a tier: ${seriesIds.join()}`).digest()
  const hash = codec.bytes(digest.subarray(0, 16))
  const find = async () => sql.selectFrom('layout').select('layout_id').where('hash', '=', hash).executeTakeFirst()
  const known = await find()
  if (known !== undefined) return known.layout_id
  await insertMissing(sql.insertInto('layout').values({ hash, size: seriesIds.length }), traits, 'size')
  const made = await find()
  if (made === undefined) throw new StoreUnavailableError('a layout was inserted and cannot be read back')
  const placed = seriesIds.map((seriesId, index) => {
    return { series_id: seriesId, layout_id: made.layout_id, position: index + 1 }
  })
  for (const chunk of inChunks(placed)) {
    await insertMissing(sql.insertInto('layout_series').values(chunk), traits, 'position')
  }
  return made.layout_id
}
