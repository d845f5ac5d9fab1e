import { sql } from 'kysely'
import type { Attributes } from '../../metric/sample.ts'
import type { MetricStore } from '../../store/store.ts'
import { parseAttributes } from '../series.ts'

/** The newest number of one series of one host. */
export interface NewestReading {
  readonly hostId: number
  readonly metric: string
  readonly attributes: Attributes
  readonly timeMs: number
  readonly value: number
}

/**
 * The newest numbers of these metrics since a time, of every host that sent them. First the newest row of each host and
 * layout by the index on time, then only those rows: no host's past is walked.
 */
export async function readNewest(
  { codec, database }: MetricStore,
  metrics: readonly string[],
  sinceMs: number,
): Promise<readonly NewestReading[]> {
  const series = await database
    .selectFrom('series')
    .innerJoin('metric', 'metric.metric_id', 'series.metric_id')
    .select(['series.series_id', 'series.attributes', 'metric.name'])
    .where('metric.name', 'in', metrics)
    .execute()
  if (series.length === 0) return []
  const known = new Map(series.map((each) => [each.series_id, each]))
  const ids = [...known.keys()]
  const layouts = await database
    .selectFrom('layout_series')
    .select('layout_id')
    .distinct()
    .where('series_id', 'in', ids)
    .execute()
  if (layouts.length === 0) return []
  const newest = database
    .selectFrom('scrape')
    .select(sql<number>`host_id + 0`.as('host_id'))
    .select(({ fn }) => fn.max('time').as('newest'))
    .where('time', '>=', codec.time(sinceMs))
    .where(
      'layout_id',
      'in',
      layouts.map((each) => each.layout_id),
    )
    // As sums, or else SQLite groups in the order of the primary key, and walks all of it.
    .groupBy([sql`host_id + 0`, sql`layout_id + 0`])
    .as('last')
  const rows = await database
    .selectFrom(newest)
    .innerJoin('sample', (join) =>
      join.onRef('sample.host_id', '=', 'last.host_id').onRef('sample.time', '=', 'last.newest'),
    )
    .select(['sample.host_id', 'sample.series_id', 'sample.time', 'sample.value'])
    .where('sample.series_id', 'in', ids)
    .execute()
  const found = new Map<string, NewestReading>()
  for (const row of rows) {
    const of = known.get(row.series_id)
    if (of === undefined) continue
    const key = `${row.host_id}/${row.series_id}`
    const timeMs = codec.timeMs(row.time)
    if ((found.get(key)?.timeMs ?? Number.NEGATIVE_INFINITY) > timeMs) continue
    found.set(key, {
      hostId: row.host_id,
      metric: of.name,
      attributes: parseAttributes(codec.jsonValue(of.attributes)),
      timeMs,
      value: row.value,
    })
  }
  return [...found.values()]
}
