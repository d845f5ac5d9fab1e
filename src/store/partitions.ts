import { type Kysely, sql } from 'kysely'
import { insertMissing } from './insert-missing.ts'
import type { Tables } from './schema.ts'
import type { MetricStore } from './store.ts'

const dayMs = 86_400_000

/** How far ahead days are made: the consumer may be away for a day and still finds tomorrow. */
const daysAhead = 2

/** What the keeping of days depends on. */
export interface RawDays {
  readonly nowMs: number
  /** `retention.raw` of the configuration. */
  readonly rawRetentionMs: number
}

/** The begin of the day, in UTC. */
export function startOfDay(ms: number): number {
  return Math.floor(ms / dayMs) * dayMs
}

/** The statements that make the days from the oldest that is kept until `ahead` days after today; empty when all are there. */
export async function missingPartitions(
  store: MetricStore,
  { nowMs, rawRetentionMs }: RawDays,
  ahead: number = daysAhead,
  database: Kysely<Tables> = store.database,
): Promise<readonly string[]> {
  const toMs = startOfDay(nowMs) + (ahead + 1) * dayMs
  return store.partitionStatements(startOfDay(nowMs - rawRetentionMs), toMs, database)
}

/** Makes them. To be called at the start and daily, by a role that may. */
export async function makePartitions(store: MetricStore, days: RawDays): Promise<void> {
  if (!store.traits.hasPartitions) return
  await store.underMigrationLock(async (database) => {
    for (const statement of await missingPartitions(store, days, daysAhead, database))
      await sql.raw(statement).execute(database)
  })
}

/** Sets the floor where there is none yet, at the begin of the oldest day that retention keeps; never moves it. */
export async function ensureRawFloor(store: MetricStore, { nowMs, rawRetentionMs }: RawDays): Promise<void> {
  const existing = await readRawFloor(store)
  if (existing !== undefined) return
  const time = store.codec.time(startOfDay(nowMs - rawRetentionMs))
  await insertMissing(store.database.insertInto('raw_floor').values({ time }), store.traits, 'time')
}

/** The time before which no raw row is written, Unix milliseconds; undefined until the first start. */
export async function readRawFloor({
  database,
  codec,
}: Pick<MetricStore, 'database' | 'codec'>): Promise<number | undefined> {
  const row = await database.selectFrom('raw_floor').select('time').executeTakeFirst()
  return row === undefined ? undefined : codec.timeMs(row.time)
}
