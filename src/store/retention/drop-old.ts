import { sql } from 'kysely'
import type { Clock } from '../../runtime/clock.ts'
import { readRawFloor } from '../partitions.ts'
import type { MetricStore, OldPartition, Tier, TierTable } from '../store.ts'
import { keptSince, type Retention } from './keep-until.ts'

/** Something that is older than what is kept. */
export type OldPart =
  | ({ readonly kind: 'partition'; readonly tier: Tier } & OldPartition)
  /** Rows of a table without parts. */
  | { readonly kind: 'rows'; readonly tier: Tier; readonly table: TierTable; readonly beforeMs: number }

const resolutions: Readonly<Record<Tier, number | undefined>> = { raw: undefined, tenMinutes: 600, hours: 3600 }
const tablesOf: Readonly<Record<Tier, readonly TierTable[]>> = {
  raw: ['scrape', 'histogram'],
  tenMinutes: ['rollup', 'histogram_rollup'],
  hours: ['rollup', 'histogram_rollup'],
}

/** Rows that go at once: whoever stores waits for no more. */
const rowsAtOnce = 1000

/**
 * What is older than what is kept. Of raw that is what lies before the floor; `floorMs` is where it is, or where it would
 * be. Parts whose rows are gone already are not listed.
 */
export async function oldParts(
  store: MetricStore,
  retention: Retention,
  { nowMs, floorMs }: { readonly nowMs: number; readonly floorMs: number },
): Promise<readonly OldPart[]> {
  const since = await keptSince(store, retention, nowMs)
  const parts: OldPart[] = []
  for (const tier of ['raw', 'tenMinutes', 'hours'] as const) {
    const kept = since[tier]
    if (kept === undefined) continue
    // Never finer than coarser: of a day that has raw rows the tiers stay.
    const beforeMs = Math.min(kept, floorMs)
    for (const partition of await store.oldPartitions(tier, beforeMs))
      parts.push({ kind: 'partition', tier, ...partition })
    for (const table of tablesOf[tier]) {
      if (store.traits.partitioned.includes(table)) continue
      if (await hasOlder(store, tier, table, beforeMs)) parts.push({ kind: 'rows', tier, table, beforeMs })
    }
  }
  return parts
}

/** Where the floor stands now. */
export async function currentFloor(store: MetricStore): Promise<number> {
  return (await readRawFloor(store)) ?? Number.NEGATIVE_INFINITY
}

/**
 * Drops or deletes it: a partition at once, rows in small steps with as long a pause after each as it took. Returns how many
 * rows were deleted. Throws the store's errors, and the signal's reason when it aborts; what is gone is gone then, and the
 * rest is old still.
 */
export async function dropOld(store: MetricStore, part: OldPart, clock: Clock, signal: AbortSignal): Promise<number> {
  if (part.kind === 'partition') {
    await store.dropPartition(part)
    return 0
  }
  let rows = 0
  for (;;) {
    signal.throwIfAborted()
    const beganMs = clock.monotonic()
    const deleted = await deleteSome(store, part)
    rows += deleted
    if (deleted === 0) break
    await clock.sleep(clock.monotonic() - beganMs, signal)
  }
  if (rows > 0) await reclaimAll(store, clock, signal)
  return rows
}

/** Gives what is free now back to the disk, in small steps. */
async function reclaimAll(store: MetricStore, clock: Clock, signal: AbortSignal): Promise<void> {
  for (;;) {
    const beganMs = clock.monotonic()
    if ((await store.reclaimSpace?.()) !== true) return
    await clock.sleep(clock.monotonic() - beganMs, signal)
  }
}

async function hasOlder(store: MetricStore, tier: Tier, table: TierTable, beforeMs: number): Promise<boolean> {
  return (await olderThan(store, tier, table, beforeMs).limit(1).executeTakeFirst()) !== undefined
}

function olderThan({ codec, database }: MetricStore, tier: Tier, table: TierTable, beforeMs: number) {
  const resolution = resolutions[tier]
  const query = database.selectFrom(table).select('time').where('time', '<', codec.time(beforeMs)).orderBy('time')
  return resolution === undefined ? query : query.where(sql<boolean>`resolution = ${sql.lit(resolution)}`)
}

/** The oldest thousand, with those of the same time as the last of them. */
async function deleteSome(
  store: MetricStore,
  { tier, table, beforeMs }: Extract<OldPart, { readonly kind: 'rows' }>,
): Promise<number> {
  const { codec, database } = store
  const resolution = resolutions[tier]
  const last = await olderThan(store, tier, table, beforeMs)
    .offset(rowsAtOnce - 1)
    .limit(1)
    .executeTakeFirst()
  let query = database.deleteFrom(table).where('time', '<', codec.time(beforeMs))
  if (resolution !== undefined) query = query.where(sql<boolean>`resolution = ${sql.lit(resolution)}`)
  if (last !== undefined) query = query.where('time', '<=', last.time)
  const { numDeletedRows } = await query.executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
