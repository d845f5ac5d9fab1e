import { expect, it } from 'vitest'
import { describeVerdict, violationsOf } from '../oracle/facts.ts'
import { judge } from '../oracle/judge.ts'
import { JournalReader } from '../oracle/journal.ts'
import { readStored } from '../oracle/stored.ts'
import {
  batchAt,
  consumerNowMs,
  foreignRecord,
  gaugeOf,
  TestAgent,
  testTopic,
  timerOf,
} from '../support/arrived-records.ts'
import { inWorld } from '../support/ingest-world.ts'
import type { StoreHarness } from './store.ts'

/** The oracle reads this database as it is written. */
export function describeOracle(harness: StoreHarness): void {
  const agent = new TestAgent()

  it('finds every kind of row again, and what is missing', async () =>
    inWorld(harness, async (world) => {
      const timeMs = consumerNowMs - 5000
      const samples = [gaugeOf('load', 0.1, { core: 1 }), gaugeOf('third', 1 / 3), timerOf('call', timeMs)]
      const records = [
        agent.record(1, timeMs, samples),
        agent.poison(2),
        agent.note(4, { run: agent.run, fromSeq: 3, toSeq: 3, reason: 'full' }),
        foreignRecord('other', -2.5),
        { ...foreignRecord('other', 1), value: Uint8Array.of(9, 9) },
      ]
      await world.take(batchAt(0n, records))
      const reader = new JournalReader()
      const { agentUid, run } = agent
      const own = records.slice(0, 2).map(({ value }, index) => reader.own({ agentUid, run, seq: index + 1, value }))
      const foreign = records.slice(3).map((record, index) => {
        return reader.foreign(record, { ...testTopic, offset: BigInt(index + 3) })
      })
      const stored = await readStored(world.store)
      const verdict = judge({ own, foreign }, stored, {
        explainsGap: ({ fromSeq, toSeq }) => fromSeq === 3 && toSeq === 3,
      })
      expect(describeVerdict(verdict)).toBe('nothing wrong')
      expect(verdict.counts).toMatchObject({ stored: 2, deadLetters: 2, rows: 3, gapsLost: 1 })
      const lost = reader.own({ agentUid, run, seq: 9, value: agent.record(9).value })
      expect(violationsOf(judge({ own: [...own, lost], foreign: [] }, stored))).toEqual([
        'lost',
        'invented',
        'unexplainedGaps',
      ])
    }))
}
