import { sql } from 'kysely'
import type { Sample } from '../../src/metric/sample.ts'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { migrate } from '../../src/store/migrate.ts'
import type { MetricStore } from '../../src/store/store.ts'
import { gaugeOf, TestAgent, timerOf } from './arrived-records.ts'
import { IngestWorld, restlessClock } from './ingest-world.ts'
import { rollUpAll } from './tier-history.ts'

const dayMs = 86_400_000
const hourMs = 3_600_000
const numbersOfRecord = 100
const rawDays = 14

/** How much of a history there is. */
export interface LargeHistory {
  readonly hosts: number
  /** Records of each, evenly over ten days. */
  readonly records: number
  /** How far back the tiers go, of so many of the hosts. */
  readonly days: { readonly tenMinutes: number; readonly hours: number }
  readonly tierHosts: number
}

/**
 * Fills an empty database with ten days of a fleet: records of a hundred numbers and a timer, and tiers that go further back.
 * One record of each host goes the usual way; the database copies the rest of them, so that 10 million samples take seconds.
 * They all say the same, which no plan depends on.
 */
export async function fillLargeHistory(store: MetricStore, history: LargeHistory, nowMs: number): Promise<void> {
  await migrate(store, { nowMs, rawRetentionMs: rawDays * dayMs }, ignoreEvents)
  const world = new IngestWorld(store, { clock: restlessClock(nowMs) })
  const agents = Array.from({ length: history.hosts }, (_, host) => {
    const agentUid = `a0000000-0000-4000-8000-${host.toString(16).padStart(12, '0')}`
    return new TestAgent({ name: `web-${host}`, agentUid, labels: { role: host % 2 === 0 ? 'web' : 'db' } })
  })
  const firstMs = Math.floor(nowMs / hourMs) * hourMs - 3 * hourMs
  await world.takeRecords(...agents.map((agent) => agent.record(1, firstMs, samplesOf(20, firstMs))))
  await rollUpAll(store, nowMs, 1000)
  await makeMonths(store, nowMs - history.days.hours * dayMs, nowMs)
  await copyBuckets(store, 600, history, everyMs(nowMs - history.days.tenMinutes * dayMs, nowMs, 600_000))
  await copyBuckets(store, 3600, history, everyMs(nowMs - history.days.hours * dayMs, nowMs, hourMs))
  await world.takeRecords(
    ...agents.map((agent) => agent.record(2, nowMs - 1000, samplesOf(numbersOfRecord, nowMs - 1000))),
  )
  await copyRecords(store, everyMs(nowMs - 10 * dayMs, nowMs, (10 * dayMs) / history.records), firstMs)
  await sql`delete from ${table(store, 'rollup_dirty')}`.execute(store.database)
  await gatherStatistics(store)
}

/** What a host has, as far as anybody asks for it here, and other series until they are so many. */
function samplesOf(numbers: number, timeMs: number): readonly Sample[] {
  const asked: readonly Sample[] = [
    gaugeOf('cpu.percent', 40),
    ...['user', 'system', 'idle'].map((mode) => gaugeOf('system.cpu.utilization', 0.3, { 'cpu.mode': mode })),
    gaugeOf('system.memory.utilization', 0.5, { 'system.memory.state': 'used' }),
    ...['receive', 'transmit'].map((way): Sample => {
      const attributes = { 'network.interface.name': 'eth0', 'network.io.direction': way }
      return { series: { name: 'system.network.io', unit: 'By', kind: 'counter', attributes }, value: 1e9 }
    }),
  ]
  const others = Array.from({ length: numbers - asked.length }, (_, index) =>
    gaugeOf(`other.${index % 20}`, index, { which: String(index) }),
  )
  return [...asked, ...others, timerOf('api.health', timeMs)]
}

function everyMs(fromMs: number, toMs: number, stepMs: number): readonly number[] {
  const first = Math.ceil(fromMs / stepMs) * stepMs
  return Array.from({ length: Math.floor((toMs - first) / stepMs) }, (_, index) => first + index * stepMs)
}

async function copyRecords(store: MetricStore, times: readonly number[], smallMs: number): Promise<void> {
  await withTimes(store, times, async (moments) => {
    const [scrape, histogram] = [table(store, 'scrape'), table(store, 'histogram')]
    const wide = sql`s.time > ${store.codec.time(smallMs)}`
    await sql`insert into ${scrape} (time, seq, host_id, run_id, layout_id, readings)
      select m.time, m.number, s.host_id, s.run_id, s.layout_id, s.readings
        from (select * from ${scrape} s where ${wide}) s cross join ${moments} m order by m.time`.execute(
      store.database,
    )
    await sql`insert into ${histogram} (time, start_time, seq, host_id, run_id, series_id, scale, count, sum, min, max, p50,
        p90, p95, p99, zero_count, bucket_offset, buckets)
      select m.time, m.time, m.number, s.host_id, s.run_id, s.series_id, s.scale, s.count, s.sum, s.min, s.max, s.p50,
        s.p90, s.p95, s.p99, s.zero_count, s.bucket_offset, s.buckets
        from (select * from ${histogram} s where ${wide}) s cross join ${moments} m order by m.time`.execute(
      store.database,
    )
  })
}

/** PostgreSQL's parts of the tiers; elsewhere nothing is to be made. */
async function makeMonths(store: MetricStore, fromMs: number, toMs: number): Promise<void> {
  const statements = await store.partitionStatements(fromMs, toMs)
  for (const statement of statements.filter((each) => each.includes('rollup_')))
    await sql.raw(statement).execute(store.database)
}

async function copyBuckets(
  store: MetricStore,
  resolution: number,
  { tierHosts }: LargeHistory,
  times: readonly number[],
): Promise<void> {
  const rollup = table(store, 'rollup')
  const { rows } = await sql<{ time: Parameters<MetricStore['codec']['timeMs']>[0] }>`
    select time from ${rollup} where resolution = ${resolution} limit 1`.execute(store.database)
  const [template] = rows
  if (template === undefined) throw new Error('no bucket was computed')
  const templateMs = store.codec.timeMs(template.time)
  const others = times.filter((ms) => ms !== templateMs)
  await withTimes(store, others, async (moments) => {
    await sql`insert into ${rollup} (resolution, time, host_id, layout_id, count, min, max, sum, last)
      select u.resolution, m.time, u.host_id, u.layout_id, u.count, u.min, u.max, u.sum, u.last
        from (select * from ${rollup} u where resolution = ${resolution} and u.time = ${template.time} and u.host_id <= ${tierHosts}) u
        cross join ${moments} m order by m.time`.execute(store.database)
  })
}

/** A table of these times, from 3 on numbered, for as long as the work takes. */
async function withTimes(
  store: MetricStore,
  times: readonly number[],
  work: (moments: ReturnType<typeof sql>) => Promise<unknown>,
): Promise<void> {
  const { database, codec } = store
  const moments = table(store, 'moment_of_test')
  const type = sql.raw(
    store.traits.hasPartitions ? (store.schemaName === undefined ? 'timestamp(6) null' : 'timestamptz') : 'text',
  )
  await sql`create table ${moments} (number int, time ${type})`.execute(database)
  for (let from = 0; from < times.length; from += 500) {
    const values = times.slice(from, from + 500).map((ms, index) => sql`(${from + index + 3}, ${codec.time(ms)})`)
    await sql`insert into ${moments} (number, time) values ${sql.join(values)}`.execute(database)
  }
  await work(moments)
  await sql`drop table ${moments}`.execute(database)
}

/** As the servers do by themselves after a while: PostgreSQL and MySQL by part, SQLite never. */
async function gatherStatistics(store: MetricStore): Promise<void> {
  if (!store.traits.hasPartitions) return
  if (store.schemaName === undefined) {
    await sql`analyze table scrape, histogram, ${sql.table('rollup')}, histogram_rollup, series, layout_series, metric, host`.execute(
      store.database,
    )
    return
  }
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where n.nspname = ${store.schemaName} and c.relkind = 'r'`.execute(store.database)
  for (const { name } of rows) await sql`vacuum analyze ${table(store, name)}`.execute(store.database)
}

function table({ schemaName }: MetricStore, name: string): ReturnType<typeof sql> {
  return schemaName === undefined ? sql`${sql.table(name)}` : sql`${sql.table(`${schemaName}.${name}`)}`
}
