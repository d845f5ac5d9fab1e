import { expect, it } from 'vitest'
import type { ArrivedRecord } from '../../src/metric/record.ts'
import { StoreUnavailableError } from '../../src/runtime/errors.ts'
import { batchAt, gaugeOf, TestAgent, testTopic } from '../support/arrived-records.ts'
import { changedStore } from '../support/changed-store.ts'
import { IngestWorld, inWorld } from '../support/ingest-world.ts'
import type { StoreHarness } from './store.ts'

const topicOne = '11111111-1111-4111-8111-111111111111'
const topicTwo = '22222222-2222-4222-8222-222222222222'

/** The position is moved with the rows, and the database's word is the last. */
export function describePositions(harness: StoreHarness): void {
  const agent = new TestAgent()
  const records = (...seqs: readonly number[]): readonly ArrivedRecord[] => seqs.map((seq) => agent.record(seq))

  it('moves with the rows, holes of the log included', async () =>
    inWorld(harness, async (world) => {
      const batch = batchAt(0n, records(1, 2))
      await world.take({ ...batch, position: { ...testTopic, fromOffset: 0n, nextOffset: 10n } })
      expect(await world.positions()).toEqual([10n])
      expect(await startAt(world, 0n, 20n)).toBe(10n)
    }))

  it('is not written without one', async () =>
    inWorld(harness, async (world) => {
      await world.takeRecords(...records(1))
      expect(await world.positions()).toEqual([])
    }))

  it('makes a batch a no-op that another consumer has stored, or that begins too far ahead', async () =>
    inWorld(harness, async (world) => {
      await world.takeAt(0n, ...records(1, 2))
      expect(await world.takeAt(0n, ...records(1, 2))).toEqual({ outcome: 'stale', nextOffset: 2n })
      expect(await world.takeAt(5n, ...records(6))).toEqual({ outcome: 'stale', nextOffset: 2n })
      expect(await world.values()).toEqual([1, 2])
      expect(world.told('ingest.stale-batch')).toHaveLength(2)
    }))

  it('takes of a batch that begins before it only what is new', async () =>
    inWorld(harness, async (world) => {
      await world.takeAt(0n, ...records(1, 2))
      expect(await world.takeAt(1n, ...records(2, 3))).toMatchObject({ records: 1, duplicates: 0 })
      expect(await world.positions()).toEqual([3n])
    }))

  it('sends the reader back when its row is gone, and all is found equal', async () =>
    inWorld(harness, async (world) => {
      await world.takeAt(0n, ...records(1, 2))
      await world.store.database.deleteFrom('kafka_position').execute()
      expect(await world.takeAt(2n, ...records(3))).toEqual({ outcome: 'stale', nextOffset: 0n })
      expect(await world.takeAt(0n, ...records(1, 2, 3))).toMatchObject({ records: 1, duplicates: 2 })
      expect(await world.positions()).toEqual([3n])
    }))

  it('begins at the earliest, and is held to it', async () =>
    inWorld(harness, async (world) => {
      expect(await startAt(world, 100n, 200n)).toBe(100n)
      expect(await world.takeAt(100n, ...records(1))).toMatchObject({ outcome: 'stored', records: 1 })
    }))

  it('goes on at the start of a log that was cut beyond it, and says so', async () =>
    inWorld(harness, async (world) => {
      await world.takeAt(0n, ...records(1))
      expect(await startAt(world, 50n, 60n)).toBe(50n)
      expect(world.told('kafka.truncated')).toEqual([{ topic: 'otlp_metrics', partition: 3, from: '1', to: '50' }])
      expect(await world.takeAt(50n, ...records(9))).toMatchObject({ records: 1 })
      expect(await world.gaps()).toEqual(['2-8 lost kafka'])
    }))

  it('says of each run what it lost in a log that was cut, once, and takes it back when it is sent again', async () =>
    inWorld(harness, async (world) => {
      const next = new TestAgent({ run: 8n })
      const late = new TestAgent({ agentUid: 'b0000000-0000-4000-8000-000000000002' })
      await world.takeAt(0n, ...records(1, 3), late.record(1))
      await startAt(world, 50n, 60n)
      // What a run lacks later was not in the log that was cut, and neither was what it lacked before.
      await world.takeAt(50n, ...records(9, 11))
      expect(await world.gaps()).toEqual(['2-2 open', '4-8 lost kafka', '10-10 open'])
      await world.takeAt(52n, next.note(1, { run: 6n, fromSeq: 1, toSeq: 2, reason: 'run-ended' }), late.record(4))
      expect((await world.gaps()).toSorted()).toEqual([
        '1-2 lost kafka',
        '10-10 open',
        '2-2 open',
        '2-3 lost kafka',
        '4-8 lost kafka',
      ])
      await world.takeAt(54n, ...records(4, 5, 7, 8))
      expect(await world.gaps()).toContain('6-6 lost kafka')
      await world.takeAt(58n, next.note(3, { run: 7n, fromSeq: 1, toSeq: 12, reason: 'run-ended' }))
      expect(await world.gaps()).toContain('12-12 open')
      expect(world.told('ingest.gap')).toContainEqual({
        host: 'web-1',
        fromSeq: 4,
        toSeq: 8,
        state: 'lost',
        reason: 'kafka',
      })
    }))

  it('believes no id of before where it stands within a batch: the database may be a restored one', async () =>
    inWorld(harness, async (world) => {
      await world.takeAt(0n, ...records(1, 2))
      await world.goBack()
      // Another consumer has given the ids to others, and has stored more than ours had.
      const other = [1, 2, 3].map((seq) => agent.record(seq, undefined, [gaugeOf(`other.${seq}`, 70 + seq)]))
      await new IngestWorld(world.store).takeAt(0n, ...other)
      expect(await world.takeAt(2n, ...records(3, 4))).toMatchObject({ records: 1 })
      const rows = await world.store.database.selectFrom('sample').select('metric').where('value', '=', 4).execute()
      expect(rows).toEqual([{ metric: 'load' }])
    }))

  it('begins anew where the topic was made anew: by its id, or because it ends before the position', async () =>
    inWorld(harness, async (world) => {
      await world.take(batchAt(0n, records(1, 2, 3), { ...testTopic, topicId: topicOne }))
      expect(await startAt(world, 0n, 9n, topicOne)).toBe(3n)
      expect(await startAt(world, 0n, 9n, topicTwo)).toBe(0n)
      expect(await world.take(batchAt(0n, records(1, 4), { ...testTopic, topicId: topicTwo }))).toMatchObject({
        records: 1,
        duplicates: 1,
      })
      // Listed twice: the first end may be older than what another consumer has stored since.
      await expect(startAt(world, 0n, 1n)).rejects.toThrow(StoreUnavailableError)
      expect(await startAt(world, 0n, 1n)).toBe(0n)
      expect(world.told('kafka.truncated')).toEqual([])
    }))

  it('does not take a log for a new one whose end was listed before the database went away', async () =>
    inWorld(harness, async ({ store }) => {
      const other = new IngestWorld(store)
      await other.takeAt(0n, ...records(1, 2))
      let isAway = true
      const late = new IngestWorld(
        changedStore(store, {
          transaction: async (work) => {
            if (!isAway) return store.transaction(work)
            isAway = false
            await other.takeAt(2n, ...records(3, 4))
            throw new StoreUnavailableError('the server is shutting down')
          },
        }),
      )
      await expect(startAt(late, 0n, 2n, topicOne)).rejects.toThrow(StoreUnavailableError)
      expect(await other.positions()).toEqual([4n])
      expect([late.told('store.failing').length, late.told('store.recovered').length]).toEqual([1, 1])
      // Listed anew.
      expect(await startAt(late, 0n, 4n, topicOne)).toBe(4n)
    }))

  it('does not take a log for a new one whose end was listed long before the look', async () =>
    inWorld(harness, async (world) => {
      await world.takeAt(0n, ...records(1, 2))
      const late = new IngestWorld(world.store)
      await expect(startAt(late, 0n, 1n)).rejects.toThrow(StoreUnavailableError)
      await world.takeAt(2n, ...records(3))
      // Listed anew, and overtaken again.
      await expect(startAt(late, 0n, 2n)).rejects.toThrow(StoreUnavailableError)
      expect(await startAt(late, 0n, 3n)).toBe(3n)
      expect(await world.positions()).toEqual([3n])
    }))

  it('is found at the end of a log that was listed before the database went away, where it had not moved', async () =>
    inWorld(harness, async ({ store }) => {
      await new IngestWorld(store).takeAt(0n, ...records(1, 2))
      let failures = 2
      const world = new IngestWorld(
        changedStore(store, {
          transaction: async (work) => {
            if (failures-- > 0) throw new StoreUnavailableError('the server is shutting down')
            return store.transaction(work)
          },
        }),
      )
      expect(await startAt(world, 0n, 2n)).toBe(2n)
    }))

  it('refuses a batch of another topic of the same name', async () =>
    inWorld(harness, async (world) => {
      await world.take(batchAt(0n, records(1, 2), { ...testTopic, topicId: topicOne }))
      const other = batchAt(2n, records(3), { ...testTopic, topicId: topicTwo })
      expect(await world.take(other)).toEqual({ outcome: 'stale', nextOffset: 0n })
      expect(await world.values()).toEqual([1, 2])
    }))

  it('lets only one of two consumers store a batch', async () =>
    inWorld(harness, async (world, open) => {
      await using second = await open()
      const others = [world, new IngestWorld(second)]
      for (let offset = 0n; offset < 10n; offset += 2n) {
        const batch = records(Number(offset) + 1, Number(offset) + 2)
        const outcomes = await Promise.all(others.map(async (each) => each.takeAt(offset, ...batch)))
        expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['stale', 'stored'])
      }
      expect(await world.values()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
      expect(await world.gaps()).toEqual([])
    }))
}

async function startAt(
  world: IngestWorld,
  earliest: bigint,
  end: bigint,
  topicId?: string,
): Promise<bigint | undefined> {
  const at = { ...testTopic, earliestOffset: earliest, endOffset: end, ...(topicId === undefined ? {} : { topicId }) }
  return (await world.ingest.startOf(at, new AbortController().signal)).offset
}
