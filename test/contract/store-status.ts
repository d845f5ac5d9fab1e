import { expect, it } from 'vitest'
import type { Sample } from '../../src/metric/sample.ts'
import { listDeadLetters, readWholeDeadLetter } from '../../src/query/status/dead-letters.ts'
import { listGaps } from '../../src/query/status/gaps.ts'
import { readStatus } from '../../src/query/status/status.ts'
import { consumerNowMs, foreignRecord, gaugeOf, TestAgent, timerOf } from '../support/arrived-records.ts'
import { inWorld } from '../support/ingest-world.ts'
import type { StoreHarness } from './store.ts'

const nowMs = consumerNowMs

/** What `status`, `gaps list` and `dead-letters` read is the same on every database. */
export function describeStatus(harness: StoreHarness): void {
  const web = new TestAgent()
  const database = new TestAgent({ agentUid: 'a0000000-0000-4000-8000-000000000002', name: 'db-2' })

  it('tells of an empty database that there is nothing', async () =>
    inWorld(harness, async ({ store }) => {
      const { sizes, ...status } = await readStatus(store, nowMs)
      expect(status).toEqual({
        hosts: [],
        activity: { windowMs: 300_000, records: 0, samples: 0, interleaved: new Set() },
        latency: undefined,
        consumers: undefined,
        toldLags: new Map(),
        gaps: {
          open: { ranges: 0, records: 0 },
          lost: { ranges: 0, records: 0 },
          expired: { ranges: 0, records: 0 },
          isComplete: true,
        },
        deadLetters: { total: 0, byReason: {}, isComplete: true },
        setAside: { buckets: 0 },
        positions: [],
        unreadable: [],
      })
      expect(sizes.reduce((sum, { bytes }) => sum + bytes, 0)).toBeGreaterThan(0)
    }))

  it('orders hosts by the age of their data against their own interval', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      const far = new TestAgent({ agentUid: 'a0000000-0000-4000-8000-000000000003', name: 'far-3' })
      await world.takeRecords(
        web.record(1, nowMs - 4000),
        database.record(1, nowMs - 70_000),
        far.record(1, nowMs - 3_600_000),
      )
      // The skew is told with what comes after the first.
      await world.takeRecords(database.record(2, nowMs - 60_000))
      const { hosts, activity } = await readStatus(store, nowMs)
      expect(hosts.map(({ name, state, ageMs, intervalMs }) => [name, state, ageMs, intervalMs])).toEqual([
        ['far-3', 'down', 3_600_000, 10_000],
        ['db-2', 'late', 60_000, 10_000],
        ['web-1', 'up', 4000, 10_000],
      ])
      expect(hosts.map(({ spool, flags }) => [spool, flags])).toEqual([
        [null, []],
        [null, ['clock']],
        [null, []],
      ])
      expect(hosts.map(({ skewMs }) => skewMs)).toEqual([null, 59_995, null])
      expect(activity).toMatchObject({ records: 3, samples: 3 })
    }))

  it('counts records and samples of the last five minutes, timers too', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      const both = [gaugeOf('load', 1), gaugeOf('other', 2), timerOf('api', nowMs - 20_000)]
      await world.takeRecords(
        web.record(1, nowMs - 300_001),
        web.record(2, nowMs - 300_000),
        web.record(3, nowMs - 20_000, both),
        web.record(4, nowMs - 10_000, [timerOf('api', nowMs - 10_000)]),
      )
      const { activity } = await readStatus(store, nowMs)
      expect(activity).toMatchObject({ windowMs: 300_000, records: 3, samples: 1 + 3 + 1 })
    }))

  it('counts since the first host was seen where that is not so long ago, and over a second at least', async () =>
    inWorld(harness, async (world) => {
      await world.takeRecords(web.record(1, nowMs - 20_000), database.record(1, nowMs - 10_000))
      expect((await readStatus(world.store, nowMs)).activity).toMatchObject({ windowMs: 20_000, records: 2 })
      const soon = await readStatus(world.store, nowMs - 19_990)
      expect(soon.activity).toMatchObject({ windowMs: 1000, records: 1 })
    }))

  it('flags a host whose two runs measure in turns, and not one that was started again', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      const clone = new TestAgent({ run: 8n })
      const next = new TestAgent({ agentUid: database.agentUid, name: 'db-2', run: 8n })
      for (const [seq, ms] of [40_000, 20_000].entries()) {
        await world.takeRecords(web.record(seq + 1, nowMs - ms), clone.record(seq + 1, nowMs - ms + 10_000))
      }
      await world.takeRecords(database.record(1, nowMs - 40_000), database.record(2, nowMs - 30_000))
      await world.takeRecords(next.record(1, nowMs - 20_000), next.record(2, nowMs - 10_000))
      const { hosts } = await readStatus(store, nowMs)
      expect(hosts.map(({ name, flags }) => [name, flags])).toEqual([
        ['web-1', ['two-runs']],
        ['db-2', []],
      ])
    }))

  it('reads spools, consumers and latency from what they tell of themselves, the newest of each', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      const spool = (records: number, ageS: number): readonly Sample[] => [
        gauge('hostvitals.spool.records', '{record}', records),
        gauge('hostvitals.spool.bytes', 'By', records * 1000),
        gauge('hostvitals.spool.oldest_age', 's', ageS),
        counter('hostvitals.spool.dropped', 5),
      ]
      await world.takeRecords(web.record(1, nowMs - 30_000, spool(9, 90)), web.record(2, nowMs - 20_000, spool(7, 70)))
      await world.takeRecords(database.record(1, nowMs - 400_000, spool(3, 30)))
      await world.takeRecords(
        database.record(2, nowMs - 10_000, [
          counter('hostvitals.ingest.accepted', 1000),
          counter('hostvitals.ingest.duplicate', 12),
          gauge('hostvitals.ingest.lag', '{record}', 4, { partition: 0 }),
          gauge('hostvitals.ingest.lag', '{record}', 6, { partition: 1 }),
          timerOf('hostvitals.ingest.latency', nowMs - 10_000),
        ]),
        web.record(3, nowMs - 9000, [gauge('hostvitals.ingest.lag', '{record}', 2, { partition: 1 })]),
      )
      const status = await readStatus(store, nowMs)
      expect(status.hosts.map(({ name, spool: of }) => [name, of])).toEqual([
        ['db-2', null],
        ['web-1', { records: 7, bytes: 7000, oldestAgeSeconds: 70, droppedRecords: 5 }],
      ])
      expect(status.consumers).toEqual({ consumers: 2, acceptedRecords: 1000, duplicateRecords: 12 })
      expect(status.toldLags).toEqual(
        new Map([
          [0, 4],
          [1, 2],
        ]),
      )
      expect(status.latency).toEqual({ records: 3, p50: 4 / 3, p99: 4 })
    }))

  it('counts and lists gaps, the newest first', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      await world.takeRecords(
        web.record(1),
        web.record(5),
        database.note(4, { run: 7n, fromSeq: 1, toSeq: 2, reason: 'full' }),
      )
      const { gaps } = await readStatus(store, nowMs)
      expect(gaps).toEqual({
        open: { ranges: 2, records: 4 },
        lost: { ranges: 1, records: 2 },
        expired: { ranges: 0, records: 0 },
        isComplete: true,
      })
      const listed = await listGaps(store, { limit: 10 })
      expect(listed.map(({ host, fromSeq, toSeq, state, reason }) => [host, fromSeq, toSeq, state, reason])).toEqual(
        expect.arrayContaining([
          ['web-1', 2, 4, 'open', null],
          [expect.any(String), 1, 2, 'lost', 'full'],
          [expect.any(String), 3, 3, 'open', null],
        ]),
      )
      expect(listed[0]).toMatchObject({ run: '7', notedAt: new Date(nowMs).toISOString() })
      expect(await listGaps(store, { limit: 10, state: 'lost' })).toHaveLength(1)
      expect(await listGaps(store, { limit: 1 })).toHaveLength(1)
      expect(await listGaps(store, { limit: 1, hostIds: [] })).toEqual([])
    }))

  it('counts, lists and shows dead letters, byte for byte', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      const broken = { ...foreignRecord('far-1', 5), key: Uint8Array.of(1, 0, 2), value: Uint8Array.of(0xff, 0, 0xff) }
      const ahead = web.record(2, nowMs + 2 * 3_600_000)
      await world.takeAt(0n, web.poison(1), broken, ahead)
      const { deadLetters, positions } = await readStatus(store, nowMs)
      expect(deadLetters).toEqual({ total: 3, byReason: { ahead: 1, undecodable: 2 }, isComplete: true })
      expect(positions).toEqual([
        { cluster: 'cluster-1', topic: 'otlp_metrics', partition: 3, nextOffset: 3n, updatedMs: nowMs },
      ])
      const listed = await listDeadLetters(store, { limit: 10 })
      expect(listed.map(({ reason, offset, payloadBytes }) => [reason, offset, payloadBytes])).toEqual([
        ['ahead', '2', ahead.value.length],
        ['undecodable', '1', 3],
        ['undecodable', '0', 5],
      ])
      expect(await listDeadLetters(store, { limit: 10, reason: 'ahead' })).toHaveLength(1)
      const [last, middle, first] = listed.map(({ id }) => BigInt(id))
      const upwards = await listDeadLetters(store, { limit: 1, afterId: first ?? 0n, toId: last ?? 0n })
      expect(upwards.map(({ id }) => BigInt(id))).toEqual([middle])
      const whole = await readWholeDeadLetter(store, middle ?? 0n)
      expect([[...(whole?.payload ?? [])], [...(whole?.key ?? [])]]).toEqual([
        [0xff, 0, 0xff],
        [1, 0, 2],
      ])
      expect(whole).toMatchObject({ cluster: 'cluster-1', partition: 3, agentUid: null, seq: null })
      const ours = await readWholeDeadLetter(store, last ?? 0n)
      expect(ours).toMatchObject({ agentUid: web.agentUid, run: '7', seq: 2, topic: 'otlp_metrics' })
      expect(ours?.headers).toEqual(new Map([...ahead.headers].map(([name, bytes]) => [name, Buffer.from(bytes)])))
      expect(await readWholeDeadLetter(store, (last ?? 0n) + 1n)).toBeUndefined()
    }))
}

function gauge(name: string, unit: string, value: number, attributes: Readonly<Record<string, number>> = {}): Sample {
  return { series: { name, unit, kind: 'gauge', attributes }, value }
}

function counter(name: string, value: number): Sample {
  return {
    series: { name, unit: '{record}', kind: 'counter', attributes: {} },
    value,
    startTimeMs: consumerNowMs - 3_600_000,
  }
}
