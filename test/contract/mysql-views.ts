import { double, sample } from 'fast-check'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { migrate } from '../../src/store/migrate.ts'
import type { MetricStore } from '../../src/store/store.ts'
import { consumerNowMs, gaugeOf, TestAgent, timerOf } from '../support/arrived-records.ts'
import { IngestWorld, testDays } from '../support/ingest-world.ts'
import { freshMysqlDatabase, type MysqlDatabase } from '../support/mysql-database.ts'

const zones = ['+00:00', '-09:30', '+13:00'] as const
const wholes = [
  5e-324,
  -5e-324,
  2.225_073_858_507_201e-308,
  1.797_693_134_862_315_7e308,
  2 ** 53 + 2,
  2 ** 63,
  2 ** 64,
  1e21,
]
const hourMs = 3_600_000

/** What a person reads with plain SQL is what was measured: to the bit, and in whatever zone the session is. */
export function describeMysqlViews(url: string): void {
  async function withDatabase(test: (database: MysqlDatabase, store: MetricStore) => Promise<void>): Promise<void> {
    await using database = await freshMysqlDatabase(url)
    await using store = await database.open()
    await migrate(store, testDays, ignoreEvents)
    await test(database, store)
  }

  it('come back to the bit, through the rows, through a column, and through the view', async () =>
    withDatabase(async (_database, store) => {
      const values = [...sample(double({ noDefaultInfinity: true, noNaN: true }), { numRuns: 3000, seed: 5 })]
      // Short ones too: of these the driver's own reading gets one in a hundred wrong.
      values.push(...wholes, ...sample(double({ min: 1, max: 1e7, noNaN: true }), { numRuns: 3000, seed: 6 }))
      const expected = values.map((value) => value + 0)
      const world = new IngestWorld(store)
      const agent = new TestAgent()
      const chunks = Array.from({ length: Math.ceil(expected.length / 100) }, (_, index) =>
        expected.slice(index * 100, index * 100 + 100),
      )
      await world.takeRecords(
        ...chunks.map((chunk, seq) =>
          agent.record(
            seq + 1,
            undefined,
            chunk.map((value, index) => gaugeOf('number', value, { index: String(index) })),
          ),
        ),
      )
      expect(await world.deadLetters()).toEqual([])
      expect(await world.values()).toEqual(expected.toSorted((a, b) => a - b))
      const base = { startTimeMs: consumerNowMs, timeMs: consumerNowMs, hostId: 1, runId: 1, seriesId: 1 }
      const shape = { scale: 0, count: 1, zeroCount: 0, offset: 0, counts: [1] }
      const timers = expected.map((sum, seq) => {
        const histogram = Object.assign({ sum, min: sum, max: sum }, shape)
        return Object.assign({ seq, histogram, percentiles: [sum, sum, sum, sum] as const }, base)
      })
      await store.transaction(async (transaction) => transaction.insertHistograms(timers))
      const found = await store.transaction(async (transaction) => transaction.findHistograms(timers))
      expect(found.toSorted((a, b) => a.seq - b.seq)).toEqual(timers)
    }))

  it.each(zones)('show the last hour to a session in the zone %s', async (zone) =>
    withDatabase(async (database, store) => {
      const [now] = await database.run('SELECT UNIX_TIMESTAMP() AS seconds')
      const nowMs = Number(now?.['seconds']) * 1000
      await migrate(store, { ...testDays, nowMs }, ignoreEvents)
      const clock = { now: () => nowMs, monotonic: () => nowMs, sleep: async () => undefined }
      const world = new IngestWorld(store, { clock })
      const agent = new TestAgent()
      const old = nowMs - hourMs - 60_000
      const recent = nowMs - hourMs + 60_000
      await world.takeRecords(
        agent.record(1, old, [gaugeOf('load', 1), timerOf('health', old)]),
        agent.record(2, recent, [gaugeOf('load', 2), timerOf('health', recent)]),
      )
      const { codec } = store
      for (const [sum, lastMs] of [
        [600, old],
        [1200, recent],
      ] as const) {
        await sql`INSERT INTO \`rollup\` (resolution, time, host_id, layout_id, count, min, max, sum, last)
          SELECT 600, ${codec.time(lastMs)}, host_id, layout_id, '[2]', '[1]', '[null]', ${`[${sum}]`}, '[9]' FROM scrape LIMIT 1`.execute(
          store.database,
        )
      }
      const session = `SET time_zone = '${zone}'`
      const lastHour = 'time >= NOW() - INTERVAL 1 HOUR'
      expect(await database.run(session, `SELECT host, metric, value FROM sample WHERE ${lastHour}`)).toEqual([
        { host: 'web-1', metric: 'load', value: 2 },
      ])
      expect(
        await database.run(session, `SELECT metric, p50, UNIX_TIMESTAMP(time) AS at FROM timing WHERE ${lastHour}`),
      ).toEqual([
        {
          metric: 'health',
          p50: expect.closeTo(4 / 3),
          at: expect.stringMatching(new RegExp(`^${recent / 1000}\\.0*$`)),
        },
      ])
      expect(
        await database.run(session, `SELECT metric, count, min, max, average, last FROM trend WHERE ${lastHour}`),
      ).toEqual([{ metric: 'load', count: 2, min: 1, max: null, average: 600, last: 9 }])
    }),
  )

  it('leave out what is missing, and keep names apart that differ in case or by a blank', async () =>
    withDatabase(async (database, store) => {
      const world = new IngestWorld(store)
      const names = ['Load', 'load', 'load ', 'löad']
      const samples = [...names.map((name, index) => gaugeOf(name, index)), gaugeOf('busy', Number.NaN)]
      await world.takeRecords(new TestAgent().record(1, undefined, samples))
      const rows = await database.run('SELECT metric, value FROM sample ORDER BY value')
      expect(rows).toEqual(names.map((metric, value) => ({ metric, value })))
    }))
}
