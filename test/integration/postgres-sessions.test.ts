import { sql } from 'kysely'
import { describe, expect, inject, it } from 'vitest'
import { DuplicateRowError } from '../../src/runtime/errors.ts'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts'
import type { MetricStore, ScrapeRow } from '../../src/store/store.ts'
import { consumerNowMs, gaugeOf, TestAgent, timerOf } from '../support/arrived-records.ts'
import { IngestWorld, restlessClock, testDays } from '../support/ingest-world.ts'
import { freshPostgresDatabase, type PostgresDatabase } from '../support/postgres-database.ts'

const server = inject('postgresUrl')
const timeMs = consumerNowMs - 10_000
const agent = new TestAgent()
const record = agent.record(1, timeMs, [gaugeOf('load', 0.1), timerOf('health', timeMs)])

async function inStore(
  settings: readonly string[],
  test: (store: MetricStore, database: PostgresDatabase) => Promise<void>,
  durable = false,
): Promise<void> {
  await using database = await freshPostgresDatabase(server)
  for (const setting of settings) {
    const name = new URL(database.url).pathname.slice(1)
    await database.ask(`alter database ${name} set ${setting}`)
  }
  await using store = await openPostgresStore({ url: database.url, durable })
  await migrate(store, testDays, ignoreEvents)
  await test(store, database)
}

describe.skipIf(server === '')("PostgreSQL's sessions", () => {
  it.each([['UTC'], ['America/St_Johns'], ['Asia/Kolkata']])('show the same times in the time zone %s', async (zone) =>
    inStore([`timezone = '${zone}'`], async (store, database) => {
      const world = new IngestWorld(store)
      await world.takeRecords(record)
      await database.ask(`
        insert into hostvitals.rollup
          select 600, '2026-11-24 08:10:00+00', host_id, layout_id, '{3}', '{1}', '{4}', '{7.5}', '{2}' from hostvitals.scrape`)
      const { codec, database: own } = store
      const [sample] = await own.selectFrom('sample').select('time').execute()
      const [timing] = await own.selectFrom('timing').select('time').execute()
      expect([sample, timing].map((row) => row && codec.timeMs(row.time))).toEqual([timeMs, timeMs])
      // As a person asks, in a session of the same time zone.
      const since = new Date(timeMs).toISOString()
      for (const view of ['sample', 'timing']) {
        const rows = await database.ask(
          `select host, metric, extract(epoch from time)::float8 * 1000 as ms from hostvitals.${view}
            where time >= '${since}' and time < timestamptz '${since}' + interval '1 millisecond'`,
        )
        expect(rows).toEqual([{ host: 'web-1', metric: view === 'sample' ? 'load' : 'health', ms: timeMs }])
      }
      expect(
        await database.ask(
          `select extract(epoch from time)::int as s, resolution, metric, count, min, max, average, last from hostvitals.trend`,
        ),
      ).toEqual([
        {
          s: Date.UTC(2026, 10, 24, 8, 10) / 1000,
          resolution: 600,
          metric: 'load',
          count: 3,
          min: 1,
          max: 4,
          average: 2.5,
          last: 2,
        },
      ])
    }),
  )

  it('compare to the bit whatever the settings of the role are', async () =>
    inStore(
      [
        'extra_float_digits = -12',
        "search_path = 'nowhere'",
        "default_transaction_isolation = 'serializable'",
        "bytea_output = 'escape'",
      ],
      async (store) => {
        const world = new IngestWorld(store)
        const exact = agent.record(2, timeMs, [gaugeOf('load', 1 / 3), timerOf('health', timeMs)])
        await world.takeAt(0n, exact)
        expect(await world.takeRecords(exact)).toMatchObject({ records: 0, duplicates: 1, deadLetters: 0 })
      },
    ))

  it('are refused with what to do where times come in another style', async () => {
    const wrong = inStore(["datestyle = 'SQL, DMY'"], async (store) => {
      await new IngestWorld(store).takeRecords(record)
      await store.database.selectFrom('sample').select('time').execute()
    })
    await expect(wrong).rejects.toMatchObject({
      code: 'HOSTVITALS_STORE_CONFIGURATION',
      message: expect.stringContaining('datestyle'),
    })
  })

  it.each([
    [true, 'on'],
    [false, 'off'],
  ])('wait for the disk within our transactions alone (durable: %s)', async (durable, expected) =>
    inStore(
      [`synchronous_commit = 'remote_write'`],
      async (store) => {
        const show = sql<{ synchronous_commit: string }>`show synchronous_commit`
        const within = await store.transaction(async (transaction) => show.execute(transaction.sql))
        expect(within.rows).toEqual([{ synchronous_commit: expected }])
        expect((await show.execute(store.database)).rows).toEqual([{ synchronous_commit: 'remote_write' }])
      },
      durable,
    ),
  )

  it('are one when a program starts, so that twenty can start over the few of a PgBouncer', async () =>
    inRole('connection limit 1', async (url) => {
      await using store = await openPostgresStore({ url, durable: false })
      expect(await migrate(store, testDays, ignoreEvents)).toEqual(store.migrations.map(({ name }) => name))
      expect(await migrate(store, { ...testDays, nowMs: consumerNowMs + 86_400_000 }, ignoreEvents)).toEqual([])
    }))

  it('go on after a batch of many megabytes whose first row is there already', async () =>
    inStore([], async (store) => {
      const rows = Array.from({ length: 5000 }, (_, index) => greatRow(index + 1))
      await store.transaction(async ({ insertScrapes }) => insertScrapes(rows.slice(0, 1)))
      for (let round = 0; round < 3; round++) {
        const again = store.transaction(async ({ insertScrapes }) => insertScrapes(rows))
        await expect(again).rejects.toThrow(DuplicateRowError)
      }
      await store.transaction(async ({ insertScrapes }) => insertScrapes(rows.slice(1)))
      const { rows: counted } = await sql<{ n: number }>`select count(*)::int as n from hostvitals.scrape`.execute(
        store.database,
      )
      expect(counted).toEqual([{ n: 5000 }])
    }))

  it('look only into the last days, and there by time, when a person asks for the last hour', async () => {
    await using database = await freshPostgresDatabase(server)
    await using store = await openPostgresStore({ url: database.url, durable: false })
    // The real time: `now()` is the server's.
    const nowMs = Date.now()
    await migrate(store, { nowMs, rawRetentionMs: 14 * 86_400_000 }, ignoreEvents)
    const world = new IngestWorld(store, { clock: restlessClock(nowMs) })
    await world.takeRecords(agent.record(1, nowMs))
    const [at] = await database.ask('select host_id, run_id, layout_id from hostvitals.scrape')
    const ids = { hostId: Number(at?.['host_id']), runId: Number(at?.['run_id']), layoutId: Number(at?.['layout_id']) }
    // An hour of rows, and many more before it in the same day's partition, whatever time of the day it is now.
    const hourAgoMs = nowMs - 3_600_000
    const beforeMs = hourAgoMs % 86_400_000
    const rows = Array.from({ length: 30_000 }, (_, index): ScrapeRow => {
      const timeMs = index < 720 ? nowMs - index * 5000 : hourAgoMs - Math.ceil((beforeMs * (index - 719)) / 30_000)
      return { ...ids, timeMs, seq: index + 2, readings: Float64Array.of(index) }
    })
    await store.transaction(async ({ insertScrapes }) => insertScrapes(rows))
    await database.ask('analyze')
    const plan = await database.ask(`explain select * from hostvitals.sample where time >= now() - interval '1 hour'`)
    const text = plan.map((line) => String(line['QUERY PLAN'])).join('\n')
    expect(text).toMatch(/Subplans Removed: 1\d/)
    expect(text).toMatch(/Index (?:Only )?Scan (?:using|on) scrape_\d{8}_time_idx/)
    const days = [...text.matchAll(/ on scrape_(\d{8})/g)].map(([, day]) => day)
    const first = new Date(nowMs - 3_600_000).toISOString().slice(0, 10).replaceAll('-', '')
    expect(days.filter((day = '') => day < first)).toEqual([])
  })
})

/** An empty database, as a role of these rights sees it that may make a schema there. */
async function inRole(rights: string, test: (url: string) => Promise<void>): Promise<void> {
  await using database = await freshPostgresDatabase(server)
  const url = new URL(database.url)
  const name = url.pathname.slice(1)
  url.username = `role_${name}`
  await database.ask(`create role ${url.username} login ${rights}`)
  try {
    await database.ask(`grant create on database ${name} to ${url.username}`)
    await test(url.href)
  } finally {
    await database.ask(`drop owned by ${url.username}; drop role ${url.username}`)
  }
}

function greatRow(seq: number): ScrapeRow {
  return { timeMs, seq, hostId: 1, runId: 1, layoutId: 1, readings: new Float64Array(200).fill(seq) }
}
