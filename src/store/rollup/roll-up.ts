import type { Kysely } from 'kysely'
import type { Tables } from '../schema.ts'
import type { MetricStore } from '../store.ts'
import type { BucketRange, ComputedBuckets, HostBucket } from './host-bucket.ts'
import { deleteMarks } from './marks.ts'
import { computeFromRaw } from './raw-buckets.ts'
import { forgetSetAside, isLasting, type MarkedBucket, UnstorableBucketError } from './set-aside.ts'
import { computeFromTier, readTier } from './tier-buckets.ts'
import { writeBuckets } from './write-buckets.ts'

/** The tiers' buckets, seconds. */
const tenMinutes = 600
const hour = 3600

/** A bucket is computed this long after its end, so that what is under way is in it. */
const graceMs = 60_000

/** How much is done at once. */
export interface RollUpLimits {
  readonly nowMs: number
  /** Hosts of one bucket that are computed in one transaction. */
  readonly hostsAtOnce: number
}

/** What a round did. */
export type RollUpOutcome =
  /** Nothing waits. */
  | { readonly outcome: 'idle' }
  /** Another consumer is at it, or a batch is just storing into the oldest bucket. */
  | { readonly outcome: 'busy' }
  | { readonly outcome: 'done'; readonly bucket: MarkedBucket; readonly numbersRead: number }

/**
 * Computes the oldest bucket that ingest marked dirty, of some hosts, in one transaction: ten minutes from raw rows, and an
 * hour, once none of its ten minutes waits, from them. Only what is marked and has ended is computed; so it may be killed
 * anywhere, and done again.
 *
 * One program at a time does it: whoever has the row of `raw_floor`, which is not waited for. Marks are deleted before rows
 * are read, so that a batch which stores into the bucket meanwhile waits and leaves its own mark; a mark that a batch has
 * locked is left for later. So it never waits with a lock in hand, and nobody waits for it longer than a round takes.
 *
 * Throws the store's errors, and UnstorableBucketError where these hosts' bucket can never be stored.
 */
export async function rollUp(store: MetricStore, limits: RollUpLimits): Promise<RollUpOutcome> {
  return store.transaction(async ({ sql }) => {
    const floorMs = await lockTiers(store, sql)
    if (floorMs === undefined) return { outcome: 'busy' }
    for (const resolution of [tenMinutes, hour]) {
      const fromMs = await oldestMark(store, sql, resolution, limits.nowMs)
      if (fromMs === undefined) continue
      const range = { fromMs, toMs: fromMs + resolution * 1000 }
      const marked = await takeMarks(store, sql, { resolution, fromMs, most: limits.hostsAtOnce })
      const hostIds = resolution === hour ? await settledHosts(store, sql, { ...range, hostIds: marked }) : marked
      if (hostIds.length === 0) return { outcome: 'busy' }
      const numbersRead = await computeOrTell(store, sql, { resolution, floorMs, range: { ...range, hostIds } })
      return { outcome: 'done', bucket: { resolution, hostIds, fromMs }, numbersRead }
    }
    return { outcome: 'idle' }
  })
}

/** The lock of whoever computes or drops what is older; undefined where another has it, or nothing is there yet. */
async function lockTiers({ codec, traits }: MetricStore, sql: Kysely<Tables>): Promise<number | undefined> {
  const query = sql.selectFrom('raw_floor').select('time')
  const row = await (traits.supportsRowLocks ? query.forUpdate().skipLocked() : query).executeTakeFirst()
  return row === undefined ? undefined : codec.timeMs(row.time)
}

async function oldestMark({ codec }: MetricStore, sql: Kysely<Tables>, resolution: number, nowMs: number) {
  const row = await sql
    .selectFrom('rollup_dirty')
    .select('time')
    .where('resolution', '=', resolution)
    .where('time', '<=', codec.time(nowMs - graceMs - resolution * 1000))
    .orderBy('time')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? undefined : codec.timeMs(row.time)
}

interface MarksWanted {
  readonly resolution: number
  readonly fromMs: number
  readonly most: number
}

async function takeMarks(
  { codec, traits }: MetricStore,
  sql: Kysely<Tables>,
  { resolution, fromMs, most }: MarksWanted,
): Promise<readonly number[]> {
  const query = sql
    .selectFrom('rollup_dirty')
    .select('host_id')
    .where('resolution', '=', resolution)
    .where('time', '=', codec.time(fromMs))
    .orderBy('host_id')
    .limit(most)
  const rows = await (traits.supportsRowLocks ? query.forUpdate().skipLocked() : query).execute()
  const hostIds = rows.map((row) => row.host_id)
  if (hostIds.length > 0) {
    await deleteMarks({ codec }, sql, { resolution, hostIds, fromMs })
  }
  return hostIds
}

/** Those hosts of which no ten minutes of the hour wait. The others' marks are put back. */
async function settledHosts(
  { codec }: MetricStore,
  sql: Kysely<Tables>,
  range: BucketRange,
): Promise<readonly number[]> {
  const { hostIds, fromMs, toMs } = range
  if (hostIds.length === 0) return []
  const rows = await sql
    .selectFrom('rollup_dirty')
    .select('host_id')
    .distinct()
    .where('resolution', '=', tenMinutes)
    .where('host_id', 'in', hostIds)
    .where('time', '>=', codec.time(fromMs))
    .where('time', '<', codec.time(toMs))
    .execute()
  const waiting = new Set(rows.map((row) => row.host_id))
  if (waiting.size > 0) {
    await sql
      .insertInto('rollup_dirty')
      .values([...waiting].map((hostId) => ({ resolution: hour, host_id: hostId, time: codec.time(fromMs) })))
      .execute()
  }
  return hostIds.filter((hostId) => !waiting.has(hostId))
}

interface Computed {
  readonly resolution: number
  readonly floorMs: number
  readonly range: BucketRange
}

/** Throws UnstorableBucketError where it will never succeed. */
async function computeOrTell(store: MetricStore, sql: Kysely<Tables>, computed: Computed): Promise<number> {
  const { resolution, range } = computed
  const bucket = { resolution, hostIds: range.hostIds, fromMs: range.fromMs }
  try {
    const numbersRead = await compute(store, sql, computed)
    await forgetSetAside(store, sql, bucket)
    return numbersRead
  } catch (error) {
    throw isLasting(error) ? new UnstorableBucketError(bucket, error) : error
  }
}

async function compute(
  store: MetricStore,
  sql: Kysely<Tables>,
  { resolution, floorMs, range }: Computed,
): Promise<number> {
  if (resolution === hour) return writeHours(store, sql, range)
  const { written, numbersRead } = await writeTenMinutes(store, sql, range, floorMs)
  if (written.length === 0) return numbersRead
  // A late reading is where the next bucket's growth begins: that one is computed again, where it has been already.
  const next = { fromMs: range.toMs, toMs: range.toMs + tenMinutes * 1000 }
  const later = await hostsWith(store, sql, tenMinutes, { ...next, hostIds: written })
  if (later.length === 0) return numbersRead
  const again = await writeTenMinutes(store, sql, { ...next, hostIds: later }, floorMs)
  return numbersRead + again.numbersRead + (await writeHourAround(store, sql, { ...next, hostIds: later }))
}

/** Computes the hour again that a bucket without a mark lies in, where it has been already. */
async function writeHourAround(store: MetricStore, sql: Kysely<Tables>, range: BucketRange): Promise<number> {
  const fromMs = Math.floor(range.fromMs / (hour * 1000)) * hour * 1000
  const around = { fromMs, toMs: fromMs + hour * 1000 }
  const hostIds = await hostsWith(store, sql, hour, { ...around, hostIds: range.hostIds })
  return hostIds.length === 0 ? 0 : writeHours(store, sql, { ...around, hostIds })
}

async function writeHours(store: MetricStore, sql: Kysely<Tables>, range: BucketRange): Promise<number> {
  const { buckets, numbersRead } = await computeFromTier(sql, store.codec, range, tenMinutes)
  await writeBuckets(store, sql, { resolution: hour, timeMs: range.fromMs, hostIds: range.hostIds }, buckets)
  return numbersRead
}

async function writeTenMinutes(
  store: MetricStore,
  sql: Kysely<Tables>,
  range: BucketRange,
  floorMs: number,
): Promise<{ readonly written: readonly number[]; readonly numbersRead: number }> {
  const computed = await computeFromRaw(sql, store.codec, range, tenMinutes)
  const isBeforeFloor = range.fromMs < floorMs
  const buckets = isBeforeFloor ? await withoutLosses(store, sql, range, computed) : computed.buckets
  const hostIds = isBeforeFloor ? [...buckets.keys()] : range.hostIds
  if (hostIds.length > 0) {
    await writeBuckets(store, sql, { resolution: tenMinutes, timeMs: range.fromMs, hostIds }, buckets)
  }
  return { written: hostIds, numbersRead: computed.numbersRead }
}

/** Before the floor raw may be gone: a bucket that counted more than there is now stays as it is. */
async function withoutLosses(
  { codec }: MetricStore,
  sql: Kysely<Tables>,
  range: BucketRange,
  { buckets }: ComputedBuckets,
): Promise<ReadonlyMap<number, HostBucket>> {
  const { numbers } = await readTier(sql, codec, tenMinutes, range)
  const kept = new Map(buckets)
  for (const { hostId, seriesId, bucket } of numbers) {
    if ((buckets.get(hostId)?.numbers.get(seriesId)?.count ?? 0) < bucket.count) kept.delete(hostId)
  }
  return kept
}

async function hostsWith(
  { codec }: MetricStore,
  sql: Kysely<Tables>,
  resolution: number,
  { hostIds, fromMs }: BucketRange,
): Promise<readonly number[]> {
  const found = new Set<number>()
  for (const table of ['rollup', 'histogram_rollup'] as const) {
    const rows = await sql
      .selectFrom(table)
      .select('host_id')
      .distinct()
      .where('resolution', '=', resolution)
      .where('host_id', 'in', hostIds)
      .where('time', '=', codec.time(fromMs))
      .execute()
    for (const row of rows) found.add(row.host_id)
  }
  return [...found].sort((a, b) => a - b)
}
