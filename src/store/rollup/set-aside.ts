import type { Kysely } from 'kysely'
import { HostvitalsError, StoreBadValueError } from '../../runtime/errors.ts'
import { inChunks, insertMissing } from '../insert-missing.ts'
import { readRawFloor } from '../partitions.ts'
import type { Tables } from '../schema.ts'
import type { MetricStore } from '../store.ts'
import { deleteMarks } from './marks.ts'

/** A bucket of these hosts: `resolution` in seconds, its begin in Unix milliseconds. */
export interface MarkedBucket {
  readonly resolution: number
  readonly hostIds: readonly number[]
  readonly fromMs: number
}

/** The tiers' buckets, seconds. */
const tenMinutes = 600
const hour = 3600
const hourMs = hour * 1000

/** Of what is set aside, no more than this of the reason. */
const mostReason = 1000

/** A bucket cannot be computed, or its result not stored, and trying again will not help; the cause says why. */
export class UnstorableBucketError extends Error {
  override readonly name = 'UnstorableBucketError'
  readonly bucket: MarkedBucket

  constructor(bucket: MarkedBucket, cause: unknown) {
    super('a bucket of the tiers cannot be stored', { cause })
    this.bucket = bucket
  }
}

/** Whether the same rows fail again: a value that the database refuses, or that the program itself trips over. */
export function isLasting(error: unknown): boolean {
  return error instanceof StoreBadValueError || !(error instanceof HostvitalsError)
}

/**
 * Takes a bucket out of what waits and keeps why, in one transaction. A batch that stores into it marks it anew, and so does
 * `markSetAside`. Returns its hosts' names. Throws the store's errors.
 */
export async function setAside(
  store: MetricStore,
  { resolution, hostIds, fromMs }: MarkedBucket,
  reason: string,
  nowMs: number,
): Promise<readonly string[]> {
  const { codec, traits } = store
  const time = codec.time(fromMs)
  return store.transaction(async ({ sql }) => {
    await deleteMarks(store, sql, { resolution, hostIds, fromMs })
    const rows = hostIds.map((hostId) => {
      const text = reason.slice(0, mostReason)
      return { resolution, host_id: hostId, time, set_aside_at: codec.time(nowMs), reason: text }
    })
    await insertMissing(sql.insertInto('rollup_set_aside').values(rows), traits, 'reason')
    const hosts = await sql.selectFrom('host').select('name').where('host_id', 'in', hostIds).execute()
    return hosts.map(({ name }) => name)
  })
}

/** What is stored now is set aside no longer. Inside the transaction that stored it. */
export async function forgetSetAside(
  { codec }: MetricStore,
  sql: Kysely<Tables>,
  { resolution, hostIds, fromMs }: MarkedBucket,
): Promise<void> {
  await sql
    .deleteFrom('rollup_set_aside')
    .where('resolution', '=', resolution)
    .where('time', '=', codec.time(fromMs))
    .where('host_id', 'in', hostIds)
    .execute()
}

/**
 * Marks all that is set aside, to be tried once more: by a program that may be a newer one. With ten minutes also the hour
 * around them, which was computed without them; not before the raw floor, where its other ten minutes may be gone. Throws the
 * store's errors.
 */
export async function markSetAside(store: MetricStore): Promise<void> {
  const { codec, database, traits } = store
  const floorMs = (await readRawFloor(store)) ?? Number.NEGATIVE_INFINITY
  const rows = await database.selectFrom('rollup_set_aside').select(['resolution', 'host_id', 'time']).execute()
  // In one statement with its ten minutes: else another program could store these between the two.
  for (const chunk of inChunks(rows, 250)) {
    const hours = chunk.flatMap(({ resolution, host_id: hostId, time }) => {
      const fromMs = Math.floor(codec.timeMs(time) / hourMs) * hourMs
      return resolution === tenMinutes && fromMs >= floorMs
        ? [{ resolution: hour, host_id: hostId, time: codec.time(fromMs) }]
        : []
    })
    await insertMissing(database.insertInto('rollup_dirty').values([...chunk, ...hours]), traits, 'resolution')
  }
}

/** What is older than raw rows are kept cannot be computed any more. */
export async function dropOldSetAside({ codec, database }: MetricStore, beforeMs: number): Promise<void> {
  await database.deleteFrom('rollup_set_aside').where('time', '<', codec.time(beforeMs)).execute()
}
