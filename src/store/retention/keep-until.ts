import type { Kysely } from 'kysely'
import { startOfDay } from '../partitions.ts'
import type { Tables } from '../schema.ts'
import type { MetricStore, Tier } from '../store.ts'

/** How long each tier is kept, milliseconds: `retention` of the configuration. */
export interface Retention {
  readonly rawMs: number
  readonly tenMinutesMs: number
  readonly hoursMs: number
}

const dayMs = 86_400_000

/** What is kept where no configuration says otherwise. */
export const usualRetention: Retention = { rawMs: 14 * dayMs, tenMinutesMs: 90 * dayMs, hoursMs: 730 * dayMs }

/** Before when each tier's rows are to go; undefined: none are. */
export type KeptSince = Readonly<Record<Tier, number | undefined>>

/**
 * From which day on each tier is to be kept: nothing at or after the day of a bucket that waits to be computed goes. A clock
 * that is wrong must not empty the database, so that time counts at most to a day after the newest row.
 */
export async function keptSince(
  { codec, database }: Pick<MetricStore, 'codec' | 'database'>,
  retention: Retention,
  nowMs: number,
): Promise<KeptSince> {
  const newest = await newestRow(database)
  if (newest === undefined) return { raw: undefined, tenMinutes: undefined, hours: undefined }
  const byMs = Math.min(nowMs, codec.timeMs(newest) + dayMs)
  const mark = await database.selectFrom('rollup_dirty').select('time').orderBy('time').limit(1).executeTakeFirst()
  const openMs = mark === undefined ? Number.POSITIVE_INFINITY : startOfDay(codec.timeMs(mark.time))
  const since = (ms: number): number => Math.min(startOfDay(byMs - ms), openMs)
  return { raw: since(retention.rawMs), tenMinutes: since(retention.tenMinutesMs), hours: since(retention.hoursMs) }
}

/** Of a day more or less it makes no difference: one that only has timers is seen by the second. */
async function newestRow(database: Kysely<Tables>) {
  for (const table of ['scrape', 'histogram'] as const) {
    const row = await database.selectFrom(table).select('time').orderBy('time', 'desc').limit(1).executeTakeFirst()
    if (row !== undefined) return row.time
  }
  return undefined
}
