import { sql } from 'kysely'
import { inChunks } from '../src/store/insert-missing.ts'
import { writeBuckets } from '../src/store/rollup/write-buckets.ts'
import type { MetricStore } from '../src/store/store.ts'
import { bucketsAt } from './fleet-series.ts'

/** Until when the roll-up has worked, and how far back it goes. */
export interface SeededTiers {
  readonly beginMs: number
  readonly nowMs: number
  readonly days: number
  readonly hostsOfDays: number
  readonly intervalMs: number
}

const resolutions = [600, 3600] as const
const dayMs = 86_400_000
const graceMs = 60_000
/** As `retention.tenMinutes` has it. */
const mostDays = { 600: 90, 3600: 730 } as const
const columns = ['resolution', 'time', 'host_id', 'layout_id', 'count', 'min', 'max', 'sum', 'last'] as const

/**
 * Both tiers of the past for the first host, of which the others have copies: of the last hours all, of all days some. What
 * has not ended yet is marked as waiting.
 */
export async function seedTiers(store: MetricStore, tiers: SeededTiers, tell: (text: string) => void): Promise<void> {
  const { beginMs, nowMs, days, hostsOfDays } = tiers
  const { codec, database } = store
  const fromMs = Math.min(beginMs, nowMs - days * dayMs)
  await makeMonths(store, fromMs, nowMs)
  const hosts = await database.selectFrom('host').select('host_id').orderBy('host_id').execute()
  const ids = hosts.map((row) => row.host_id)
  const [template] = ids
  if (template === undefined) throw new Error('there is no host')
  for (const resolution of resolutions) {
    const widthMs = resolution * 1000
    const endMs = Math.floor((nowMs - graceMs) / widthMs) * widthMs
    const firstMs = Math.ceil(Math.max(fromMs, nowMs - mostDays[resolution] * dayMs) / widthMs) * widthMs
    const rows = await writeTemplate(store, { resolution, firstMs, endMs, hostId: template, ...tiers })
    await copyTo(store, { resolution, template, fromMs: Math.max(firstMs, beginMs), toMs: endMs, ids: ids.slice(1) })
    await copyTo(store, { resolution, template, fromMs: firstMs, toMs: beginMs, ids: ids.slice(1, hostsOfDays) })
    await database.deleteFrom('rollup_dirty').where('resolution', '=', resolution).execute()
    for (let timeMs = endMs; timeMs < nowMs; timeMs += widthMs) {
      for (const chunk of inChunks(ids)) {
        const marks = chunk.map((hostId) => ({ resolution, host_id: hostId, time: codec.time(timeMs) }))
        await database.insertInto('rollup_dirty').values(marks).execute()
      }
    }
    tell(`${rows} buckets of ${resolution} s`)
  }
  await database
    .updateTable('host')
    .set({ first_seen: codec.time(fromMs) })
    .where('host_id', 'in', ids.slice(0, hostsOfDays))
    .execute()
}

/** A database that has run for so long has its months. */
async function makeMonths(store: MetricStore, fromMs: number, toMs: number): Promise<void> {
  const statements = await store.partitionStatements(fromMs, toMs)
  for (const statement of statements.filter((each) => each.includes('.rollup_'))) {
    await sql.raw(statement).execute(store.database)
  }
}

interface Template extends SeededTiers {
  readonly resolution: 600 | 3600
  readonly firstMs: number
  readonly endMs: number
  readonly hostId: number
}

async function writeTemplate(store: MetricStore, template: Template): Promise<number> {
  const { resolution, firstMs, endMs, hostId, intervalMs } = template
  const { codec, database } = store
  if (firstMs >= endMs) return 0
  const layout = await database
    .selectFrom('layout_series')
    .innerJoin('scrape', 'scrape.layout_id', 'layout_series.layout_id')
    .select(['layout_series.series_id', 'layout_series.position'])
    .distinct()
    .where('scrape.host_id', '=', hostId)
    .where('scrape.time', '<', codec.time(template.beginMs + intervalMs))
    .execute()
  // Its layout has its series in the order of their ids.
  const places = layout.toSorted((a, b) => a.series_id - b.series_id)
  const bucketsOf = (timeMs: number) => {
    const buckets = bucketsAt(0, timeMs, resolution, intervalMs / 1000)
    return places.flatMap(({ series_id: seriesId, position }) => {
      const bucket = buckets[position - 1]
      return bucket === undefined ? [] : [{ seriesId, bucket }]
    })
  }
  const first = {
    numbers: new Map(bucketsOf(firstMs).map(({ seriesId, bucket }) => [seriesId, bucket])),
    histograms: new Map(),
  }
  await store.transaction(async (transaction) =>
    writeBuckets(
      store,
      transaction.sql,
      { resolution, timeMs: firstMs, hostIds: [hostId] },
      new Map([[hostId, first]]),
    ),
  )
  const { layout_id: layoutId } = await database
    .selectFrom('rollup')
    .select('layout_id')
    .where('resolution', '=', resolution)
    .where('host_id', '=', hostId)
    .executeTakeFirstOrThrow()
  const widthMs = resolution * 1000
  const times = Array.from(
    { length: Math.ceil((endMs - firstMs) / widthMs) - 1 },
    (_, at) => firstMs + (at + 1) * widthMs,
  )
  for (const chunk of inChunks(times, 100)) {
    const rows = chunk.map((timeMs) => {
      const buckets = bucketsOf(timeMs).map(({ bucket }) => bucket)
      return {
        resolution,
        time: codec.time(timeMs),
        host_id: hostId,
        layout_id: layoutId,
        count: codec.numbers(buckets.map((each) => each.count)),
        min: codec.numbers(buckets.map((each) => each.min)),
        max: codec.numbers(buckets.map((each) => each.max)),
        sum: codec.numbers(buckets.map((each) => each.sum)),
        last: codec.numbers(buckets.map((each) => each.last)),
      }
    })
    await database.insertInto('rollup').values(rows).execute()
  }
  return times.length + 1
}

/** Bucket by bucket for all hosts, as they would have been written. */
async function copyTo(
  { codec, database }: MetricStore,
  copy: {
    readonly resolution: number
    readonly template: number
    readonly fromMs: number
    readonly toMs: number
    readonly ids: readonly number[]
  },
): Promise<void> {
  const { resolution, template, fromMs, toMs, ids } = copy
  if (ids.length === 0 || fromMs >= toMs) return
  await database
    .insertInto('rollup')
    .columns([...columns])
    .expression((of) =>
      of
        .selectFrom(['rollup', 'host'])
        .select(['rollup.resolution', 'rollup.time', 'host.host_id', 'rollup.layout_id'])
        .select(['rollup.count', 'rollup.min', 'rollup.max', 'rollup.sum', 'rollup.last'])
        .where('rollup.resolution', '=', resolution)
        .where('rollup.host_id', '=', template)
        .where('rollup.time', '>=', codec.time(fromMs))
        .where('rollup.time', '<', codec.time(toMs))
        .where('host.host_id', 'in', ids)
        .orderBy('rollup.time')
        .orderBy('host.host_id'),
    )
    .execute()
}
