import type { Facts, Verdict } from './facts.ts'
import { type Findings, runKey, runText } from './findings.ts'
import { foreignParts, judgeForeign } from './judge-foreign.ts'
import { judgeRun } from './judge-run.ts'
import type { Journal } from './journal.ts'
import type { Stored, StoredGap, StoredLetter } from './stored.ts'

/**
 * Holds what the database says against what was accepted, by the promise of docs/delivery.md §7. Pure: it only looks.
 * Where two processes wrote under one run (a forked machine) the journal has two entries of one identity.
 */
export function judge(journal: Journal, stored: Stored, facts: Facts = {}): Verdict {
  const findings: Findings = {
    lost: [],
    twice: [],
    invented: [],
    altered: [],
    openGaps: [],
    unexplainedGaps: [],
    unexplainedLetters: [],
    belowFloor: [],
    notFlowing: [],
    rereadTooMuch: [],
    counts: { stored: 0, inGaps: 0 },
  }
  const rows = Map.groupBy(stored.rows, runKey)
  const letters = Map.groupBy(
    stored.letters.flatMap((letter) =>
      letter.identity === undefined ? [] : [{ ...letter, identity: letter.identity }],
    ),
    ({ identity }) => runKey(identity),
  )
  // A second record of one identity is set aside under its place in Kafka.
  const strays = new Set(stored.letters.filter(({ identity }) => identity === undefined).map(({ crc }) => crc))
  const gaps = Map.groupBy(stored.gaps, runKey)
  const highs = new Map(stored.runs.map((run) => [runKey(run), run.highSeq]))
  const entries = Map.groupBy(journal.own, runKey)
  const foreign = foreignParts(journal)
  const known = new Set([...rows.keys(), ...letters.keys(), ...entries.keys()])
  for (const key of known) {
    if (foreign.has(key)) continue
    judgeRun(
      {
        entries: entries.get(key) ?? [],
        rows: rows.get(key) ?? [],
        letters: letters.get(key) ?? [],
        strays,
        gaps: gaps.get(key) ?? [],
        highSeq: highs.get(key) ?? 0,
      },
      facts,
      findings,
    )
  }
  judgeForeign(journal, stored, facts, findings)
  judgeGaps(stored.gaps, facts, findings)
  judgeLetters(stored.letters, facts, findings)
  const { reread } = facts
  if (reread !== undefined && reread.duplicates > reread.most) {
    findings.rereadTooMuch.push(`${reread.duplicates} records were found stored already, ${reread.most} were explained`)
  }
  return { ...findings, counts: { ...countsOf(journal, stored), ...findings.counts } }
}

function judgeGaps(gaps: readonly StoredGap[], { explainsGap }: Facts, findings: Findings): void {
  for (const gap of gaps) {
    const { fromSeq, toSeq, state, reason } = gap
    const text = `run ${runText(gap)}, seq ${fromSeq} to ${toSeq}, ${state}${reason === undefined ? '' : ` (${reason})`}`
    if (state === 'open') findings.openGaps.push(text)
    else if (explainsGap?.(gap) !== true) findings.unexplainedGaps.push(text)
  }
}

function judgeLetters(letters: readonly StoredLetter[], { explainsLetter }: Facts, findings: Findings): void {
  if (explainsLetter === undefined) return
  for (const letter of letters) {
    if (explainsLetter(letter)) continue
    const { identity, origin, reason } = letter
    const where =
      identity === undefined
        ? `${origin?.topic}/${origin?.partition} at ${origin?.offset}`
        : `run ${runText(identity)}, seq ${identity.seq}`
    findings.unexplainedLetters.push(`${where}: ${reason}`)
  }
}

function countsOf(
  { own, foreign }: Journal,
  { rows, letters, gaps }: Stored,
): Omit<Verdict['counts'], 'stored' | 'inGaps'> {
  const inState = (state: StoredGap['state']): number => gaps.filter((gap) => gap.state === state).length
  return {
    accepted: own.filter(({ certainty }) => certainty === 'accepted').length,
    maybe: own.filter(({ certainty }) => certainty === 'maybe').length,
    foreign: foreign.length,
    rows: rows.length,
    deadLetters: letters.length,
    gapsLost: inState('lost'),
    gapsExpired: inState('expired'),
    gapsOpen: inState('open'),
  }
}
