import { expect, it } from 'vitest'
import { consumerNowMs, foreignRecord, gaugeOf, TestAgent, timerOf } from '../support/arrived-records.ts'
import { inWorld } from '../support/ingest-world.ts'
import type { StoreHarness } from './store.ts'

const dayMs = 86_400_000

/** Rows: each exactly once, under its time, as it was sent. */
export function describeStoring(harness: StoreHarness): void {
  const agent = new TestAgent({ labels: { site: 'berlin' } })

  it('shows a record through the views as a person reads it', async () =>
    inWorld(harness, async (world) => {
      const timeMs = consumerNowMs - 10_000
      const samples = [gaugeOf('load', 0.1), gaugeOf('busy', 0.25, { 'cpu.mode': 'user' }), timerOf('health', timeMs)]
      const outcome = await world.takeRecords(agent.record(1, timeMs, samples))
      const nothingElse = { duplicates: 0, deadLetters: 0, gaps: 0 }
      expect(outcome).toEqual({ outcome: 'stored', records: 1, samples: 3, ...nothingElse })
      const { codec, database } = world.store
      const rows = await database.selectFrom('sample').selectAll().orderBy('metric').execute()
      const shared = { host: 'web-1', unit: '1', kind: 'gauge' }
      expect(rows).toMatchObject([
        { metric: 'busy', value: 0.25, ...shared },
        { metric: 'load', value: 0.1, ...shared },
      ])
      expect(rows.map(({ time }) => codec.timeMs(time))).toEqual([timeMs, timeMs])
      expect(rows.map(({ attributes }) => codec.jsonValue(attributes))).toEqual([{ 'cpu.mode': 'user' }, {}])
      expect(rows.map(({ labels }) => codec.jsonValue(labels))).toEqual([{ site: 'berlin' }, { site: 'berlin' }])
      const timing = await database.selectFrom('timing').selectAll().executeTakeFirstOrThrow()
      expect(timing).toMatchObject({ host: 'web-1', metric: 'health', sum: 7, min: 1, max: 4, unit: 's' })
      // In the middle of its bucket, from 1 to 2; the largest is kept as it was.
      expect([timing.p50, timing.p99]).toEqual([4 / 3, 4])
      expect(codec.bigintValue(timing.count)).toBe(3n)
    }))

  it('stores a record that comes again once, and counts it', async () =>
    inWorld(harness, async (world) => {
      const timer = agent.record(2, consumerNowMs, [gaugeOf('load', 2), timerOf('health', consumerNowMs)])
      await world.takeRecords(agent.record(1), timer)
      expect(await world.takeRecords(agent.record(1), timer, agent.record(3))).toMatchObject({
        records: 1,
        duplicates: 2,
        deadLetters: 0,
      })
      expect(await world.values()).toEqual([1, 2, 3])
    }))

  it('stores a record that stands twice in one batch once', async () =>
    inWorld(harness, async (world) => {
      const outcome = await world.takeRecords(agent.record(1), agent.record(1), agent.record(2))
      expect(outcome).toMatchObject({ records: 2, duplicates: 1, deadLetters: 0 })
      expect(await world.values()).toEqual([1, 2])
    }))

  it('keeps two records of one time apart, and one that is missing a value', async () =>
    inWorld(harness, async (world) => {
      const timeMs = consumerNowMs - 5000
      const missing = [gaugeOf('load', 8), gaugeOf('busy', Number.NaN)]
      await world.takeRecords(agent.record(1, timeMs), agent.record(2, timeMs), agent.record(3, timeMs, missing))
      expect(await world.values()).toEqual([1, 2, 8])
    }))

  it('shares series and layouts between hosts, and keeps hosts of one name apart', async () =>
    inWorld(harness, async (world) => {
      const other = new TestAgent({ agentUid: 'b0000000-0000-4000-8000-000000000002' })
      await world.takeRecords(agent.record(1), other.record(1))
      const { database } = world.store
      expect(await database.selectFrom('layout').select('size').execute()).toEqual([{ size: 1 }])
      expect(await database.selectFrom('host').select('name').execute()).toEqual([{ name: 'web-1' }, { name: 'web-1' }])
    }))

  it('keeps what a host says of itself up to date, and moves last_seen only forward', async () =>
    inWorld(harness, async (world) => {
      await world.takeRecords(agent.record(40))
      const renamed = new TestAgent({ name: 'web-one', run: 8n, labels: { site: 'bonn' } })
      await world.takeRecords(renamed.record(50))
      await world.takeRecords(agent.record(1))
      const { codec, database } = world.store
      const host = await database.selectFrom('host').selectAll().executeTakeFirstOrThrow()
      expect([host.name, codec.jsonValue(host.labels), host.interval_ms]).toEqual(['web-one', { site: 'bonn' }, 10_000])
      expect(codec.timeMs(host.last_seen)).toBe(consumerNowMs - 10_000)
      expect(host.skew_ms).toBe(9995)
    }))

  it('marks the buckets that the rows lie in, once', async () =>
    inWorld(harness, async (world) => {
      await world.takeRecords(
        agent.record(1, Date.UTC(2026, 10, 24, 7, 59)),
        agent.record(2, Date.UTC(2026, 10, 24, 8, 1)),
      )
      await world.takeRecords(agent.record(3, Date.UTC(2026, 10, 24, 8, 2)))
      const { codec, database } = world.store
      const marks = await database.selectFrom('rollup_dirty').select(['resolution', 'time']).execute()
      const texts = marks.map(
        ({ resolution, time }) => `${resolution} ${new Date(codec.timeMs(time)).toISOString().slice(11, 16)}`,
      )
      expect(texts.sort()).toEqual(['3600 07:00', '3600 08:00', '600 07:50', '600 08:00'])
    }))

  it('keeps records of other agents, each once, without watermark and gaps', async () =>
    inWorld(harness, async (world) => {
      await world.takeAt(
        0n,
        foreignRecord('far-1', 1),
        foreignRecord('far-2', 2),
        agent.record(1),
        foreignRecord('far-1', 4),
      )
      await world.store.database.deleteFrom('kafka_position').execute()
      const again = [foreignRecord('far-1', 1), foreignRecord('far-2', 2)]
      expect(await world.takeAt(0n, ...again)).toMatchObject({ records: 0, duplicates: 2 })
      expect(await world.values()).toEqual([1, 1, 2, 4])
      expect(await world.gaps()).toEqual([])
    }))

  it('does not store what is older than the raw floor: a gap for ours, told for others', async () =>
    inWorld(harness, async (world) => {
      const old = consumerNowMs - 20 * dayMs
      await world.takeAt(
        0n,
        agent.record(1),
        agent.record(2, old),
        agent.record(3, old),
        foreignRecord('far-1', 9, old),
      )
      expect(await world.values()).toEqual([1])
      expect(await world.gaps()).toEqual(['2-3 expired older than the raw retention'])
      expect(world.told('ingest.gap')).toEqual([
        expect.objectContaining({ host: 'web-1', fromSeq: 2, toSeq: 3, state: 'expired' }),
        expect.objectContaining({ host: 'far-1', state: 'expired' }),
      ])
    }))

  it('counts a record as a duplicate that was stored and has expired since', async () =>
    inWorld(harness, async (world) => {
      await world.takeRecords(agent.record(1), agent.record(2))
      const { codec, database } = world.store
      await database.deleteFrom('scrape').execute()
      await database
        .updateTable('raw_floor')
        .set({ time: codec.time(consumerNowMs) })
        .execute()
      expect(await world.takeRecords(agent.record(1))).toMatchObject({ records: 0, duplicates: 1, gaps: 0 })
      expect(await world.gaps()).toEqual([])
    }))
}
