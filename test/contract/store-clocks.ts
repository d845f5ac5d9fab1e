import { expect, it } from 'vitest'
import { consumerNowMs, foreignRecord, gaugeOf, TestAgent } from '../support/arrived-records.ts'
import { inWorld } from '../support/ingest-world.ts'
import type { StoreHarness } from './store.ts'

const hourMs = 3_600_000

/** A consumer whose own clock is wrong for a while neither loses nor stores twice what it reads again. */
export function describeClocks(harness: StoreHarness): void {
  const agent = new TestAgent()

  it('does not store a foreign dead letter that is read again when the own clock is right again', async () => {
    let nowMs = consumerNowMs - 3 * hourMs
    const clock = { now: () => nowMs, monotonic: () => nowMs, sleep: async () => undefined }
    await inWorld(
      harness,
      async (world) => {
        await world.takeAt(0n, foreignRecord('far-1', 5))
        expect(await world.deadLetters()).toEqual(['ahead'])
        nowMs = consumerNowMs
        await world.store.database.deleteFrom('kafka_position').execute()
        expect(await world.takeAt(0n, foreignRecord('far-1', 5))).toMatchObject({ records: 0, duplicates: 1 })
        expect(await world.values()).toEqual([])
      },
      { clock },
    )
  })

  it('does not store the second dead letter of one identity that is read again when the own clock is right', async () => {
    let nowMs = consumerNowMs - 3 * hourMs
    const clock = { now: () => nowMs, monotonic: () => nowMs, sleep: async () => undefined }
    await inWorld(
      harness,
      async (world) => {
        // Two machines that went on from one memory.
        const batch = [agent.record(1), agent.record(1, consumerNowMs - 500, [gaugeOf('load', 99)])]
        await world.takeAt(0n, ...batch)
        expect(await world.deadLetters()).toEqual(['ahead', 'ahead'])
        nowMs = consumerNowMs
        await world.store.database.deleteFrom('kafka_position').execute()
        expect(await world.takeAt(0n, ...batch)).toMatchObject({ records: 0, duplicates: 2, deadLetters: 0 })
        expect(await world.values()).toEqual([])
        expect(await world.deadLetters()).toEqual(['ahead', 'ahead'])
      },
      { clock },
    )
  })

  it('does not set aside what is stored already when the own clock goes back', async () => {
    let nowMs = consumerNowMs
    const clock = { now: () => nowMs, monotonic: () => nowMs, sleep: async () => undefined }
    await inWorld(
      harness,
      async (world) => {
        const batch = [agent.record(1), foreignRecord('far-1', 5)]
        await world.takeAt(0n, ...batch)
        nowMs -= 3 * hourMs
        await world.store.database.deleteFrom('kafka_position').execute()
        expect(await world.takeAt(0n, ...batch, agent.record(2))).toMatchObject({ duplicates: 2, deadLetters: 1 })
        expect(await world.values()).toEqual([1, 5])
        expect(await world.deadLetters()).toEqual(['ahead'])
      },
      { clock },
    )
  })
}
