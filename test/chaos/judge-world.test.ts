import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Note } from '../../src/metric/record.ts'
import { crc32c } from '../../src/runtime/crc32c.ts'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openStore } from '../../src/store/open-store.ts'
import { violationsOf } from '../oracle/facts.ts'
import { TestAgent } from '../support/arrived-records.ts'
import { IngestWorld, testDays } from '../support/ingest-world.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { judgeWorld, type Judgement } from './judge-world.ts'
import { journalSafe, journalWriting } from './journal.ts'

const agent = new TestAgent()
const full: Note = { run: agent.run, fromSeq: 2, toSeq: 2, reason: 'full' }

/** An agent of this name wrote records 1 to 3 and a note that 2 had to go; what was stored of them is judged. */
async function judged(name: string, storedSeqs: readonly number[], lastIsSafe = true): Promise<Judgement> {
  await using folder = await temporaryFolder('judge')
  const journals = join(folder.path, 'journals')
  mkdirSync(journals)
  const fd = openSync(join(journals, name), 'ax')
  const { agentUid, run } = agent
  for (const seq of [1, 2, 3]) {
    const { value } = agent.record(seq)
    journalWriting(fd, { agentUid, run, crc: crc32c(value) }, { seq, value })
  }
  const empty = new Uint8Array()
  journalWriting(fd, { agentUid, run, crc: crc32c(empty) }, { seq: 4, value: empty, note: full })
  const safe = lastIsSafe ? [1, 2, 3, 4] : [1, 2, 4]
  journalSafe(
    fd,
    safe.map((seq) => ({ agentUid, run, seq })),
  )
  closeSync(fd)
  const location = { kind: 'sqlite', file: join(folder.path, 'metrics.db') } as const
  {
    await using store = await openStore(location, { durable: false })
    await migrate(store, testDays, ignoreEvents)
    await new IngestWorld(store).takeRecords(...storedSeqs.map((seq) => agent.record(seq)), agent.note(4, full))
  }
  return await judgeWorld({ journals, database: { own: { location } } }, Number.POSITIVE_INFINITY)
}

it('finds nothing wrong where a full spool noted what went', async () => {
  const { verdict, gaps } = await judged('small-spool-1', [1, 3])
  expect(violationsOf(verdict)).toEqual([])
  expect(verdict.counts).toMatchObject({ accepted: 4, stored: 3, inGaps: 1 })
  expect(gaps).toEqual({ 'lost (full)': 1 })
})

it('excuses no gap of an agent whose spool cannot have been full', async () => {
  const { verdict } = await judged('agent-1-1', [1, 3])
  expect(violationsOf(verdict)).toEqual(['unexplainedGaps'])
})

it('misses what was accepted and is not there', async () => {
  const { verdict } = await judged('small-spool-1', [1])
  expect(violationsOf(verdict)).toContain('openGaps')
})

it('misses no record whose sync nobody answered for', async () => {
  const { verdict } = await judged('small-spool-1', [1, 2], false)
  expect(verdict.lost).toEqual([])
  expect(verdict.counts).toMatchObject({ accepted: 3, maybe: 1 })
})
