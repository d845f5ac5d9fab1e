import { sql } from 'kysely'
import type { MetricStore } from '../../store/store.ts'
import { findPicks, pickedOf } from '../picks.ts'
import type { OfSeries } from './readings.ts'
import type { Point } from './points.ts'

/** Of one host, the counters whose reading before the range is wanted. */
export interface WantingHost {
  readonly hostId: number
  readonly seriesIds: readonly number[]
}

/** How far back from a host's newest row it is looked: a metric that is read once a day has its reading there. */
const furthestMs = 86_400_000
/** Rows of the first query for a host; each further one reads four times as many. */
const firstRows = 4

/**
 * The newest reading before a time, of each of these series that has one. A host that was silent is looked at from its last
 * row on, however old that is, so that the cost is that of a day's rows at most, and of one in most cases.
 */
export async function readFormer(
  store: MetricStore,
  hosts: readonly WantingHost[],
  beforeMs: number,
): Promise<readonly OfSeries<Point>[]> {
  const found: OfSeries<Point>[] = []
  for (const host of hosts) found.push(...(await readFormerOf(store, host, beforeMs)))
  return found
}

async function readFormerOf(
  store: MetricStore,
  { hostId, seriesIds }: WantingHost,
  beforeMs: number,
): Promise<readonly OfSeries<Point>[]> {
  const { codec, database } = store
  const newest = await database
    .selectFrom('scrape')
    .select('time')
    .where('host_id', '=', hostId)
    .where('time', '<', codec.time(beforeMs))
    .orderBy('time', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (newest === undefined) return []
  const sinceMs = codec.timeMs(newest.time) - furthestMs
  const wanted = new Set(seriesIds)
  const found: OfSeries<Point>[] = []
  let untilMs = codec.timeMs(newest.time)
  for (let most = firstRows; wanted.size > 0; most *= 4) {
    const picks = await findPicks(store, [...wanted])
    if (picks.length === 0) break
    const seriesOf = new Map(picks.map((each) => [each.layoutId, each.seriesIds]))
    const rows = await database
      .selectFrom('scrape')
      .select(['layout_id', 'time'])
      .select(pickedOf(codec, 'readings', picks).as('picked'))
      .where('host_id', '=', hostId)
      .where('time', '>=', codec.time(sinceMs))
      // Rows of the same time as the last one may not all have been among the former ones.
      .where('time', '<=', codec.time(untilMs))
      .where(sql<boolean>`layout_id in (${sql.join(picks.map(({ layoutId }) => sql.lit(layoutId)))})`)
      .orderBy('time', 'desc')
      .limit(most)
      .execute()
    for (const row of rows) {
      untilMs = codec.timeMs(row.time)
      const values = codec.numbersValue(row.picked)
      for (const [index, seriesId] of (seriesOf.get(row.layout_id) ?? []).entries()) {
        const value = values[index]
        if (value === undefined || Number.isNaN(value) || !wanted.delete(seriesId)) continue
        found.push({ hostId, seriesId, items: [[untilMs, value]] })
      }
    }
    if (rows.length < most) break
  }
  return found
}
