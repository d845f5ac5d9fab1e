import { array, integer, sample } from 'fast-check'
import { expect, it } from 'vitest'
import { giveUpOldGaps } from '../../src/store/old-gaps.ts'
import { consumerNowMs, TestAgent } from '../support/arrived-records.ts'
import { inWorld } from '../support/ingest-world.ts'
import type { StoreHarness } from './store.ts'

/** What has not arrived is told, and nothing else is. */
export function describeGaps(harness: StoreHarness): void {
  const agent = new TestAgent()

  it('opens a gap, splits it, shrinks it and closes it', async () =>
    inWorld(harness, async (world) => {
      await world.takeRecords(agent.record(1), agent.record(9))
      expect(await world.gaps()).toEqual(['2-8 open'])
      expect(world.told('ingest.gap')).toEqual([{ host: 'web-1', fromSeq: 2, toSeq: 8, state: 'open' }])
      await world.takeRecords(agent.record(5))
      expect(await world.gaps()).toEqual(['2-4 open', '6-8 open'])
      await world.takeRecords(agent.record(2), agent.record(8))
      expect(await world.gaps()).toEqual(['3-4 open', '6-7 open'])
      await world.takeRecords(agent.record(7), agent.record(6), agent.record(3), agent.record(4))
      expect(await world.gaps()).toEqual([])
      expect(await world.highSeqs()).toEqual([9])
      expect(world.told('ingest.gap')).toHaveLength(1)
    }))

  it('takes of a tombstone only what has not arrived', async () =>
    inWorld(harness, async (world) => {
      await world.takeRecords(agent.record(1), agent.record(3))
      await world.takeRecords(agent.note(8, { run: 7n, fromSeq: 1, toSeq: 6, reason: 'full' }))
      expect(await world.gaps()).toEqual(['2-2 lost full', '4-6 lost full', '7-7 open'])
    }))

  it('gives a lost record back when it comes after all', async () =>
    inWorld(harness, async (world) => {
      await world.takeRecords(agent.note(5, { run: 7n, fromSeq: 1, toSeq: 4, reason: 'corrupt' }))
      await world.takeRecords(agent.record(2))
      expect(await world.gaps()).toEqual(['1-1 lost corrupt', '3-4 lost corrupt'])
      expect(await world.values()).toEqual([2])
    }))

  it('notices the lost tail of a former run, also of one that was never heard of', async () =>
    inWorld(harness, async (world) => {
      const next = new TestAgent({ run: 8n })
      await world.takeRecords(agent.record(1), agent.record(2))
      await world.takeRecords(next.note(1, { run: 7n, fromSeq: 1, toSeq: 4, reason: 'run-ended' }))
      await world.takeRecords(next.note(2, { run: 6n, fromSeq: 1, toSeq: 3, reason: 'run-ended' }))
      await world.takeRecords(next.note(3, { run: 5n, fromSeq: 1, toSeq: 0, reason: 'run-ended' }))
      expect(await world.gaps()).toEqual(['3-4 open', '1-3 open'])
      await world.takeRecords(agent.record(3), agent.record(4))
      expect(await world.gaps()).toEqual(['1-3 open'])
    }))

  it('says the same of a note that comes again', async () =>
    inWorld(harness, async (world) => {
      const note = agent.note(9, { run: 7n, fromSeq: 2, toSeq: 4, reason: 'full' })
      await world.takeRecords(agent.record(1), note)
      expect(await world.takeRecords(note)).toMatchObject({ records: 0, duplicates: 1, gaps: 0 })
      expect(await world.gaps()).toEqual(['2-4 lost full', '5-8 open'])
    }))

  it('knows nothing of order: seqs that come backwards leave no gap', async () =>
    inWorld(harness, async (world) => {
      for (const seq of [4, 2, 3, 1]) await world.takeRecords(agent.record(seq))
      expect(await world.gaps()).toEqual([])
      expect(await world.values()).toEqual([1, 2, 3, 4])
    }))

  it('stores what comes, and tells what does not, in whatever order and however often', async () =>
    inWorld(harness, async (world) => {
      const batches = sample(
        array(array(integer({ min: 1, max: 60 }), { maxLength: 6 }), { minLength: 12, maxLength: 12 }),
        {
          numRuns: 2,
          seed: 11,
        },
      ).flat()
      const arrived = new Set<number>()
      let records = 0
      let duplicates = 0
      for (const seqs of batches) {
        const outcome = await world.takeRecords(...seqs.map((seq) => agent.record(seq)))
        records += outcome.outcome === 'stored' ? outcome.records : 0
        duplicates += outcome.outcome === 'stored' ? outcome.duplicates : 0
        for (const seq of seqs) arrived.add(seq)
      }
      expect(await world.values()).toEqual([...arrived].sort((a, b) => a - b))
      expect([records, duplicates]).toEqual([arrived.size, batches.flat().length - arrived.size])
      const missing = Array.from({ length: Math.max(...arrived) }, (_, index) => index + 1).filter(
        (seq) => !arrived.has(seq),
      )
      const inGaps = (await world.gaps()).flatMap((gap) => {
        const [from = 0, to = 0] = gap.replace(' open', '').split('-').map(Number)
        return Array.from({ length: to - from + 1 }, (_, index) => from + index)
      })
      expect(inGaps).toEqual(missing)
    }))

  it('gives up open gaps that are older than raw is kept', async () =>
    inWorld(harness, async (world) => {
      await world.takeRecords(agent.record(3))
      expect(await giveUpOldGaps(world.store, consumerNowMs)).toBe(0)
      expect(await giveUpOldGaps(world.store, consumerNowMs + 1)).toBe(1)
      expect(await world.gaps()).toEqual(['1-2 lost never arrived'])
    }))
}
