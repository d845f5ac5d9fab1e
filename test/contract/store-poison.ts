import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ArrivedRecord } from '../../src/metric/record.ts'
import { readDeadLetter } from '../../src/store/dead-letter/read-dead-letter.ts'
import { batchAt, TestAgent } from '../support/arrived-records.ts'
import { type IngestWorld, inWorld } from '../support/ingest-world.ts'
import { anyValue, asForeign, asOurs, fuzz, oddValues, poisonValues, wrongHeaders } from '../support/poison.ts'
import type { StoreHarness } from './store.ts'

const fuzzedBatches = 12

/** A record as text, for comparison; headers in any order. */
function textOf({ key, headers, value }: ArrivedRecord): string {
  const pairs = Array.from(headers, ([name, bytes]) => `${name}=${Buffer.from(bytes).toString('hex')}`).toSorted()
  return [Buffer.from(key ?? []).toString('hex'), ...pairs, Buffer.from(value).toString('base64')].join(' ')
}

async function letters(world: IngestWorld): Promise<readonly string[]> {
  const ids = await world.deadLetterIds()
  const records: ArrivedRecord[] = []
  for (const id of ids) records.push((await readDeadLetter(world.store, id)) ?? asForeign(new Uint8Array(0)))
  return records.map(textOf).toSorted()
}

/** Whatever comes is stored or kept whole, once, and never holds up what stands behind it. */
export function describePoison(harness: StoreHarness): void {
  const { signal } = new AbortController()

  it('keeps every poison whole and once, moves on, and stores what stands behind it', async () =>
    inWorld(harness, async (world) => {
      const agent = new TestAgent()
      const poisoner = new TestAgent({ agentUid: 'b0000000-0000-4000-8000-000000000002', name: 'poisoner' })
      const values = Object.values(poisonValues).map((make) => make())
      const poison = [
        ...values.flatMap((value, index) => [asForeign(value), asOurs(poisoner, index + 1, value)]),
        ...Object.values(wrongHeaders(poisoner)),
      ]
      const batch = poison.flatMap((record, index) => [record, agent.record(index + 1)])
      expect(await world.takeAt(0n, ...batch)).toMatchObject({
        records: poison.length,
        deadLetters: poison.length,
        duplicates: 0,
      })
      expect(await world.positions()).toEqual([BigInt(batch.length)])
      expect(await world.values()).toHaveLength(poison.length)
      const kept = await letters(world)
      expect(kept).toEqual(poison.map(textOf).toSorted())
      await world.store.database.deleteFrom('kafka_position').execute()
      expect(await world.takeAt(0n, ...batch)).toMatchObject({ records: 0, deadLetters: 0, duplicates: batch.length })
      for (const id of await world.deadLetterIds()) {
        expect(await world.ingest.replay(id, signal)).toMatchObject({ records: 0, deadLetters: 1 })
      }
      expect(await letters(world)).toEqual(kept)
    }))

  it.each(Object.entries(oddValues))('takes what is odd, and no more: %s', async (_name, make) =>
    inWorld(harness, async (world) => {
      const batch = [asForeign(make()), new TestAgent().record(1)]
      expect(await world.takeAt(0n, ...batch)).toMatchObject({ outcome: 'stored', deadLetters: 0 })
      expect(await world.positions()).toEqual([2n])
      await world.store.database.deleteFrom('kafka_position').execute()
      expect(await world.takeAt(0n, ...batch)).toMatchObject({ records: 0, deadLetters: 0 })
    }),
  )

  it(`stores or keeps whatever comes: seed ${fuzz.seed}, ${fuzzedBatches} batches`, async () =>
    inWorld(harness, async (world) => {
      const agent = new TestAgent()
      const fuzzer = new TestAgent({ agentUid: 'c0000000-0000-4000-8000-000000000003', name: 'fuzzer' })
      const batches = fc.sample(fc.array(anyValue, { minLength: 20, maxLength: 20 }), {
        ...fuzz,
        numRuns: fuzzedBatches,
      })
      let offset = 0n
      for (const [index, values] of batches.entries()) {
        const seq = index * values.length
        const wild = values.map((value, at) => (at % 2 === 0 ? asForeign(value) : asOurs(fuzzer, seq + at + 1, value)))
        const batch = batchAt(offset, [...wild, agent.record(index + 1)])
        const before = await world.deadLetters()
        const outcome = await world.take(batch)
        const told = outcome.outcome === 'stored' ? outcome : { records: 0, deadLetters: 0, duplicates: 0 }
        const sum = told.records + told.duplicates + told.deadLetters + world.told('ingest.gap').length
        expect(sum).toBeGreaterThanOrEqual(batch.records.length)
        expect((await world.deadLetters()).length - before.length).toBe(told.deadLetters)
        offset += BigInt(batch.records.length)
        expect(await world.positions()).toEqual([offset])
      }
      const loads = await world.store.database
        .selectFrom('sample')
        .select('value')
        .where('host', '=', 'web-1')
        .where('metric', '=', 'load')
        .execute()
      expect(loads.length).toBeGreaterThanOrEqual(fuzzedBatches)
    }))
}
