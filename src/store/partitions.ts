import { type Kysely, sql } from 'kysely'
import { insertMissing } from './insert-missing.ts'
import type { Tables } from './schema.ts'
import type { MetricStore } from './store.ts'

const dayMs = 86_400_000

/** How far ahead days are made: the consumer may be away for a day and still finds tomorrow. */
const daysAhead = 2

/** Days that are made at most, unless raw is kept longer: a clock that jumps a century makes no century of tables. */
const mostDays = 3660
/** A transaction of PostgreSQL that makes more has no locks left. */
const statementsAtOnce = 100
/** A clock that is older than hostvitals at the first start is wrong, and the floor would stay where it says. */
const firstFloorMs = Date.UTC(2026, 0, 1)

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

/**
 * The statements that make the days from the raw floor until `ahead` days after today; empty when all are there. Not only
 * the last days: where nobody made any for a while, a host that was away as long still sends what it measured then.
 */
export async function missingPartitions(
  store: MetricStore,
  days: RawDays,
  ahead: number = daysAhead,
  database: Kysely<Tables> = store.database,
): Promise<readonly string[]> {
  return statementsFrom(store, days, { floorMs: await readRawFloor({ codec: store.codec, database }), ahead, database })
}

/** As with `missingPartitions`, for a database without any table. */
export async function firstPartitions(store: MetricStore, days: RawDays): Promise<readonly string[]> {
  return statementsFrom(store, days, { floorMs: undefined, ahead: daysAhead, database: store.database })
}

/** Makes them. To be called at the start and daily, by a role that may. */
export async function makePartitions(store: MetricStore, days: RawDays): Promise<void> {
  if (!store.traits.hasPartitions) return
  let isDone = false
  while (!isDone) {
    isDone = await store.underMigrationLock(async (database) => {
      const missing = await missingPartitions(store, days, daysAhead, database)
      for (const statement of missing.slice(0, statementsAtOnce)) await sql.raw(statement).execute(database)
      return missing.length <= statementsAtOnce
    })
  }
}

/** Sets the floor where there is none yet, at the begin of the oldest day that retention keeps; never moves it. */
export async function ensureRawFloor(store: MetricStore, days: RawDays): Promise<void> {
  const existing = await readRawFloor(store)
  if (existing !== undefined) return
  const time = store.codec.time(Math.max(firstFloorMs, oldestKept(days)))
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

async function statementsFrom(
  store: MetricStore,
  days: RawDays,
  { floorMs, ahead, database }: { floorMs: number | undefined; ahead: number; database: Kysely<Tables> },
): Promise<readonly string[]> {
  const toMs = startOfDay(days.nowMs) + (ahead + 1) * dayMs
  const keptMs = oldestKept(days)
  const fromMs =
    floorMs === undefined ? keptMs : Math.max(startOfDay(floorMs), Math.min(keptMs, toMs - mostDays * dayMs))
  return store.partitionStatements(fromMs, toMs, database)
}

function oldestKept({ nowMs, rawRetentionMs }: RawDays): number {
  return startOfDay(nowMs - rawRetentionMs)
}
