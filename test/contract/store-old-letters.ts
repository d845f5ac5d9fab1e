import { expect, it } from 'vitest'
import { rehearseReplay } from '../../src/store/dead-letter/rehearse-replay.ts'
import { RecordDecoder } from '../../src/wire/decode.ts'
import { consumerNowMs, gaugeOf, TestAgent } from '../support/arrived-records.ts'
import { type IngestWorld, inWorld } from '../support/ingest-world.ts'
import type { StoreHarness } from './store.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/**
 * A dead letter that has become too old to be stored: replayed it is told as missing, or stays where another one has its
 * identity; it never goes without a word.
 */
export function describeOldLetters(harness: StoreHarness): void {
  const agent = new TestAgent()
  const { signal } = new AbortController()

  it('is an expired gap once it is replayed, and a rehearsal says so before', async () => {
    let nowMs = consumerNowMs
    const clock = { now: () => nowMs, monotonic: () => nowMs, sleep: async () => undefined }
    await inWorld(
      harness,
      async (world) => {
        await world.takeRecords(agent.record(1), agent.record(2, consumerNowMs + 2 * hourMs), agent.record(3))
        await moveFloor(world, consumerNowMs + dayMs)
        nowMs += 2 * dayMs
        const [id = 0n] = await world.deadLetterIds()
        const rehearsed = await rehearseReplay(
          { store: world.store, decoder: new RecordDecoder(), acceptForeign: true, nowMs },
          id,
        )
        expect(rehearsed).toMatchObject({ records: 0, duplicates: 0, deadLetters: [] })
        expect([await world.deadLetters(), await world.gaps()]).toEqual([['ahead'], []])
        const replayed = await world.ingest.replay(id, signal)
        expect(replayed).toMatchObject({ records: 0, duplicates: 0, deadLetters: 0, gaps: 1 })
        expect(await world.deadLetters()).toEqual([])
        expect(await world.gaps()).toEqual(['2-2 expired older than the raw retention'])
      },
      { clock },
    )
  })

  it('stays where the other record of its identity is stored, which is no gap', async () =>
    inWorld(harness, async (world) => {
      const timeMs = consumerNowMs - 1000
      await world.takeRecords(agent.record(1, timeMs), agent.record(1, timeMs, [gaugeOf('load', 99)]))
      await moveFloor(world, consumerNowMs)
      const [id = 0n] = await world.deadLetterIds()
      expect(await world.ingest.replay(id, signal)).toMatchObject({ records: 0, duplicates: 0, deadLetters: 1 })
      expect([await world.deadLetters(), await world.gaps()]).toEqual([['conflict'], []])
    }))
}

async function moveFloor({ store: { codec, database } }: IngestWorld, timeMs: number): Promise<void> {
  await database
    .updateTable('raw_floor')
    .set({ time: codec.time(timeMs) })
    .execute()
}
