import { openStore } from '../../src/store/open-store.ts'
import { JournalReader } from '../oracle/journal.ts'
import { judge } from '../oracle/judge.ts'
import type { Verdict } from '../oracle/facts.ts'
import { readStored, type StoredGap } from '../oracle/stored.ts'
import { readJournals, type JournalRecord } from './journal.ts'
import type { World } from './world.ts'

/** What the oracle says, and which gaps there are, by state and reason. */
export interface Judgement {
  readonly verdict: Verdict
  readonly gaps: Readonly<Record<string, number>>
}

/** What of a world is looked at. */
interface JudgedWorld extends Pick<World, 'journals'> {
  readonly database: { readonly own: Pick<World['database']['own'], 'location'> }
}

/** The agents whose spools may be full: only theirs may have gaps. */
const mayBeFull = /^small-/

/** Holds what the database has against what the agents' journals say. */
export async function judgeWorld({ journals, database }: JudgedWorld, freshFromMs: number): Promise<Judgement> {
  const records = readJournals(journals)
  const reader = new JournalReader()
  const own = records.map(({ isAccepted, atMs, note, ...record }) =>
    reader.own({
      ...record,
      ...(note === undefined ? {} : { note }),
      certainty: isAccepted ? 'accepted' : 'maybe',
      isFresh: isAccepted && note === undefined && atMs >= freshFromMs,
    }),
  )
  await using store = await openStore(database.own.location, { durable: false })
  const stored = await readStored(store)
  const explainsGap = explanationOf(records)
  const verdict = judge({ own, foreign: [] }, stored, { explainsGap, explainsLetter: () => false })
  const gaps: Record<string, number> = {}
  for (const { state, reason } of stored.gaps) {
    const key = `${state} (${reason ?? 'no reason'})`
    gaps[key] = (gaps[key] ?? 0) + 1
  }
  return { verdict, gaps }
}

/** A gap is explained where the agent itself noted, seq by seq, that its spool or disk was full. */
function explanationOf(records: readonly JournalRecord[]): (gap: StoredGap) => boolean {
  const full = records.flatMap(({ agentUid, note, file }) =>
    note?.reason === 'full' && mayBeFull.test(file) ? [{ agentUid, ...note }] : [],
  )
  return ({ agentUid, run, fromSeq, toSeq }) => {
    const notes = full
      .filter((note) => note.agentUid === agentUid && note.run === run)
      .toSorted((a, b) => a.fromSeq - b.fromSeq)
    let covered = fromSeq - 1
    for (const note of notes) {
      if (note.fromSeq <= covered + 1) covered = Math.max(covered, note.toSeq)
    }
    return covered >= toSeq
  }
}
