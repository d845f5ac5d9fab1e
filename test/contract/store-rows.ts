import { double, sample } from 'fast-check'
import { expect, it } from 'vitest'
import { DuplicateRowError } from '../../src/runtime/errors.ts'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { migrate } from '../../src/store/migrate.ts'
import type { HistogramRow, MetricStore, ScrapeRow } from '../../src/store/store.ts'
import type { StoreHarness } from './store.ts'

const nowMs = Date.UTC(2026, 10, 24, 8, 15)
const days = { nowMs, rawRetentionMs: 14 * 86_400_000 }
const base: ScrapeRow = {
  timeMs: nowMs + 250,
  seq: 1,
  hostId: 1,
  runId: 1,
  layoutId: 1,
  readings: Float64Array.of(0.1, Number.NaN, -5e-324, 1.797_693_134_862_315_7e308, 2 ** 53, 0),
}
const timer: HistogramRow = {
  timeMs: nowMs + 250,
  startTimeMs: nowMs - 9750,
  seq: 1,
  hostId: 1,
  runId: 1,
  seriesId: 1,
  histogram: {
    scale: -3,
    count: 5,
    sum: 1.1,
    min: 0.1,
    max: 0.5,
    zeroCount: 1,
    offset: -12,
    counts: [1, 0, 2 ** 40, 1],
  },
  percentiles: [0.1, 0.2, 0.3, 0.4],
}

/** Values and the hot path: what goes in comes out, to the bit. */
export function describeRows({ freshDatabase }: StoreHarness): void {
  async function withStore(test: (store: MetricStore) => Promise<void>): Promise<void> {
    await using database = await freshDatabase()
    await using store = await database.open()
    await migrate(store, days, ignoreEvents)
    await test(store)
  }

  it('keeps times, texts, documents, bytes and great numbers as they are', async () =>
    withStore(async (store) => {
      const { codec, database } = store
      const letter = {
        at: codec.time(nowMs + 7),
        reason: 'undecodable',
        error: 'Grüße, 東京 \u{1F30D} \' " \\ % _',
        cluster: 'c',
        topic: 't',
        partition: 3,
        offset: codec.bigint(2n ** 63n - 1n),
        agent_uid: codec.uid('00112233-4455-6677-8899-aabbccddeeff'),
        run: codec.bigint(2n ** 63n - 1n),
        seq: codec.bigint(2 ** 53 - 1),
        key: codec.bytes(Uint8Array.of(0, 255, 10, 39)),
        headers: codec.json({ deep: [1, 'ü', null, { yes: true }] }),
        payload: codec.bytes(Uint8Array.from({ length: 256 }, (_, index) => index)),
      }
      await database.insertInto('dead_letter').values(letter).execute()
      const row = await database.selectFrom('dead_letter').selectAll().executeTakeFirstOrThrow()
      expect(codec.timeMs(row.at)).toBe(nowMs + 7)
      expect(row.error).toBe(letter.error)
      expect([row.offset, row.run, row.seq].map((value) => value !== null && codec.bigintValue(value))).toEqual([
        2n ** 63n - 1n,
        2n ** 63n - 1n,
        2n ** 53n - 1n,
      ])
      expect(row.agent_uid !== null && codec.uidText(row.agent_uid)).toBe('00112233-4455-6677-8899-aabbccddeeff')
      expect(row.key !== null && [...codec.bytesValue(row.key)]).toEqual([0, 255, 10, 39])
      expect([...codec.bytesValue(row.payload)]).toEqual(Array.from({ length: 256 }, (_, index) => index))
      expect(row.headers !== null && codec.jsonValue(row.headers)).toEqual({ deep: [1, 'ü', null, { yes: true }] })
    }))

  it('gives back scrapes to the bit, a missing value as a missing value', async () =>
    withStore(async (store) => {
      const rows = [base, { ...base, seq: 2, readings: new Float64Array(200).fill(1 / 3) }, { ...base, layoutId: 2 }]
      await store.transaction(async (transaction) => transaction.insertScrapes(rows))
      const absent = { ...base, seq: 99 }
      const found = await store.transaction(async (transaction) => transaction.findScrapes([...rows, absent]))
      expect(found.toSorted(byKey)).toEqual(rows.toSorted(byKey))
    }))

  it('gives back any finite double', async () =>
    withStore(async (store) => {
      const doubles = sample(double({ noDefaultInfinity: true, noNaN: true }), { numRuns: 200, seed: 7 })
      const row = { ...base, readings: Float64Array.from(doubles, (value) => value + 0) }
      await store.transaction(async (transaction) => transaction.insertScrapes([row]))
      const [found] = await store.transaction(async (transaction) => transaction.findScrapes([row]))
      expect([...(found?.readings ?? [])]).toEqual([...row.readings])
    }))

  it('gives back histograms, an empty one without minimum, maximum and percentiles', async () =>
    withStore(async (store) => {
      const empty: HistogramRow = {
        ...timer,
        seriesId: 2,
        histogram: { scale: 20, count: 0, sum: 0, zeroCount: 0, offset: 0, counts: [] },
        percentiles: undefined,
      }
      await store.transaction(async (transaction) => transaction.insertHistograms([timer, empty]))
      const found = await store.transaction(async (transaction) => transaction.findHistograms([timer, empty]))
      expect(found.toSorted((a, b) => a.seriesId - b.seriesId)).toEqual([timer, empty])
    }))

  it.each([
    ['scrape', async (store: MetricStore) => store.transaction(async ({ insertScrapes }) => insertScrapes([base]))],
    ['histogram', async (store: MetricStore) => store.transaction(async (t) => t.insertHistograms([timer]))],
  ])('says when a %s is there already, and then stores nothing of the transaction', async (_table, insert) =>
    withStore(async (store) => {
      await insert(store)
      const again = store.transaction(async (transaction) => {
        await transaction.insertScrapes([{ ...base, seq: 50 }])
        await transaction.insertHistograms([{ ...timer, seq: 50 }])
        await transaction.insertScrapes([base])
        await transaction.insertHistograms([timer])
      })
      await expect(again).rejects.toThrow(DuplicateRowError)
      const found = await store.transaction(async (t) => t.findScrapes([{ ...base, seq: 50 }]))
      expect(found).toEqual([])
    }),
  )

  it('takes and finds no rows at all', async () =>
    withStore(async (store) => {
      await store.transaction(async (transaction) => {
        await transaction.insertScrapes([])
        await transaction.insertHistograms([])
        expect(await transaction.findScrapes([])).toEqual([])
        expect(await transaction.findHistograms([])).toEqual([])
      })
    }))

  it('rolls back when the work fails, and goes on', async () =>
    withStore(async (store) => {
      const work = store.transaction(async (transaction) => {
        await transaction.insertScrapes([base])
        throw new Error('the work failed')
      })
      await expect(work).rejects.toThrow('the work failed')
      expect(await store.transaction(async (transaction) => transaction.findScrapes([base]))).toEqual([])
    }))

  it('takes thousands of rows at once', async () =>
    withStore(async (store) => {
      const rows = Array.from({ length: 5000 }, (_, index) => ({ ...base, seq: index + 1 }))
      await store.transaction(async (transaction) => transaction.insertScrapes(rows))
      const found = await store.transaction(async (transaction) => transaction.findScrapes(rows))
      expect(found).toHaveLength(5000)
    }))
}

function byKey(a: ScrapeRow, b: ScrapeRow): number {
  return a.seq - b.seq || a.layoutId - b.layoutId
}
