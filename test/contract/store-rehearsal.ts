import { expect, it } from 'vitest'
import { rehearseReplay } from '../../src/store/dead-letter/rehearse-replay.ts'
import { RecordDecoder } from '../../src/wire/decode.ts'
import type { IngestWorld } from '../support/ingest-world.ts'
import { consumerNowMs, gaugeOf, TestAgent } from '../support/arrived-records.ts'
import { inWorld } from '../support/ingest-world.ts'
import type { StoreHarness } from './store.ts'

/** A replay that is only tried says what the real one would do, and leaves nothing behind. */
export function describeRehearsal(harness: StoreHarness): void {
  const agent = new TestAgent()
  const laterMs = consumerNowMs + 3 * 3_600_000

  it('would store what can be stored now, and keeps neither rows nor new ids', async () =>
    inWorld(harness, async (world) => {
      const ahead = agent.record(3, consumerNowMs + 2 * 3_600_000, [gaugeOf('never.seen', 1), gaugeOf('load', 2)])
      await world.takeRecords(agent.record(1), ahead)
      const before = await everythingIn(world)
      expect(await rehearsed(world, laterMs)).toMatchObject({ records: 1, samples: 2, duplicates: 0, deadLetters: [] })
      expect(await everythingIn(world)).toEqual(before)
    }))

  it('would set aside again what still cannot be stored, and says why', async () =>
    inWorld(harness, async (world) => {
      await world.takeRecords(agent.poison(1))
      const before = await everythingIn(world)
      const result = await rehearsed(world, laterMs)
      expect(result?.records).toBe(0)
      expect(result?.deadLetters.map(({ reason }) => reason)).toEqual(['undecodable'])
      expect(await everythingIn(world)).toEqual(before)
    }))

  it('would set a conflict aside again', async () =>
    inWorld(harness, async (world) => {
      const timeMs = consumerNowMs - 1000
      await world.takeRecords(agent.record(1, timeMs))
      await world.takeRecords(agent.record(1, timeMs, [gaugeOf('load', 99)]))
      const result = await rehearsed(world, laterMs)
      expect(result?.deadLetters.map(({ reason }) => reason)).toEqual(['conflict'])
      expect(await world.values()).toEqual([1])
    }))

  it('knows nothing of a dead letter that is not there', async () =>
    inWorld(harness, async ({ store }) => {
      const rehearsal = { store, decoder: new RecordDecoder(), acceptForeign: true, nowMs: laterMs }
      expect(await rehearseReplay(rehearsal, 77n)).toBeUndefined()
    }))
}

async function rehearsed(world: IngestWorld, nowMs: number) {
  const [id = 0n] = await world.deadLetterIds()
  return rehearseReplay({ store: world.store, decoder: new RecordDecoder(), acceptForeign: true, nowMs }, id)
}

async function everythingIn(world: IngestWorld): Promise<unknown> {
  const { database } = world.store
  return [
    await world.values(),
    await world.deadLetterIds(),
    await world.gaps(),
    await world.highSeqs(),
    await database.selectFrom('metric').select('name').orderBy('name').execute(),
    await database.selectFrom('series').select('series_id').orderBy('series_id').execute(),
    await database.selectFrom('layout').select('layout_id').orderBy('layout_id').execute(),
    await database.selectFrom('host').select(['host_id', 'last_seen']).execute(),
    await database.selectFrom('rollup_dirty').select(['host_id', 'resolution']).execute(),
  ]
}
