import type { Facts } from './facts.ts'
import type { OwnEntry } from './journal.ts'
import { type Findings, runText } from './findings.ts'
import { RowsOfRecord } from './match-rows.ts'
import type { StoredGap, StoredLetter, StoredRow } from './stored.ts'

/** All that is known of one run of ours. */
export interface RunMaterial {
  readonly entries: readonly OwnEntry[]
  readonly rows: readonly StoredRow[]
  readonly letters: readonly (StoredLetter & { readonly identity: { readonly seq: number } })[]
  /** Checksums of dead letters that have no identity: also a second record of one that is taken. */
  readonly strays: ReadonlySet<number>
  readonly gaps: readonly StoredGap[]
  readonly highSeq: number
}

/** Judges the records of one run, seq by seq. */
export function judgeRun(run: RunMaterial, facts: Facts, findings: Findings): void {
  const entries = Map.groupBy(run.entries, ({ seq }) => seq)
  const rows = Map.groupBy(run.rows, ({ seq }) => seq)
  const letters = Map.groupBy(run.letters, ({ identity }) => identity.seq)
  const gaps = run.gaps.toSorted((a, b) => a.fromSeq - b.fromSeq)
  for (const [index, gap] of gaps.entries()) {
    const next = gaps[index + 1]
    if (next !== undefined && next.fromSeq <= gap.toSeq)
      findings.twice.push(
        `run ${runText(gap)}, seq ${next.fromSeq}: two gaps (${gap.state}, ${next.state}) say it is missing`,
      )
  }
  let at = 0
  const seqs = [...new Set([...entries.keys(), ...rows.keys(), ...letters.keys()])].sort((a, b) => a - b)
  for (const seq of seqs) {
    while ((gaps[at]?.toSeq ?? Number.POSITIVE_INFINITY) < seq) at++
    const gap = gaps[at]
    judgeSeq(
      {
        seq,
        entries: entries.get(seq) ?? [],
        rows: rows.get(seq) ?? [],
        letters: letters.get(seq) ?? [],
        strays: run.strays,
        gap: gap !== undefined && gap.fromSeq <= seq ? gap : undefined,
        isSeen: seq <= run.highSeq,
      },
      facts,
      findings,
    )
  }
}

interface SeqMaterial extends Pick<RunMaterial, 'entries' | 'rows' | 'letters' | 'strays'> {
  readonly seq: number
  readonly gap: StoredGap | undefined
  readonly isSeen: boolean
}

function judgeSeq(material: SeqMaterial, facts: Facts, findings: Findings): void {
  const { seq, entries, rows, letters, gap } = material
  const of = entries[0] ?? rows[0] ?? letters[0]?.identity
  if (of === undefined) return
  const name = `run ${runText(of)}, seq ${seq}`
  const stored = new RowsOfRecord(rows)
  for (const each of stored.repeated) findings.twice.push(`${name}: two rows hold ${each}`)
  if (letters.length > 1) findings.twice.push(`${name}: ${letters.length} dead letters`)
  if (gap !== undefined && rows.length > 0)
    findings.twice.push(`${name}: its rows are stored, and a gap (${gap.state}) says it is missing`)
  if (gap !== undefined && letters.length > 0)
    findings.twice.push(`${name}: it is a dead letter, and a gap (${gap.state}) says it is missing`)
  if (gap !== undefined) findings.counts.inGaps += entries.filter(({ certainty }) => certainty === 'accepted').length
  const below = rows.find(({ timeMs }) => timeMs < (facts.droppedBeforeMs ?? Number.NEGATIVE_INFINITY))
  if (below !== undefined) findings.belowFloor.push(`${name}: a row of ${new Date(below.timeMs).toISOString()}`)
  for (const entry of entries) judgeEntry(entry, name, stored, material, facts, findings)
  for (const each of stored.unclaimed) findings.invented.push(`${name}: ${each}, which nobody wrote`)
  const strange = letters.find(({ crc }) => entries.every((entry) => entry.crc !== crc))
  if (strange !== undefined)
    findings.invented.push(`${name}: a dead letter (${strange.reason}) whose bytes nobody wrote`)
}

function judgeEntry(
  entry: OwnEntry,
  name: string,
  stored: RowsOfRecord,
  { entries, letters, strays, gap, isSeen }: SeqMaterial,
  facts: Facts,
  findings: Findings,
): void {
  const oldMs = facts.droppedBeforeMs ?? Number.NEGATIVE_INFINITY
  const kept = entry.rows.filter(({ timeMs }) => timeMs >= oldMs)
  // Rows before the floor may be there for a while: `belowFloor` judges them.
  stored.claim(entry.rows)
  const isStray = entries.length > 1 && strays.has(entry.crc)
  const isUnderIdentity = letters.some(({ crc }) => crc === entry.crc)
  const isLetter = isStray || isUnderIdentity
  const match = kept.length === 0 ? 'none' : stored.match(kept)
  const isTwin = entries.length > 1 && entries.some(({ crc }) => crc !== entry.crc)
  if (match === 'all') {
    findings.counts.stored++
    // Two processes wrote the same.
    const isBoth = isStray && !isUnderIdentity && letters.length > 0 && facts.explainsBoth?.(entry) === true
    if (isLetter && !isBoth) findings.twice.push(`${name}: its rows are stored, and it is a dead letter`)
    return
  }
  // What is there is the other one's, where this one is a dead letter or was taken by a fault.
  const isOther = isTwin && (isLetter || facts.explainsTwin?.(entry) === true)
  if (match === 'differs' && !isOther) findings.altered.push(`${name}: other values, or a part of it only`)
  if (entry.isFresh === true) findings.notFlowing.push(name)
  if (isLetter || match === 'differs' || entry.certainty === 'maybe' || gap !== undefined) return
  // Retention took what was old, unless it came too late for that. An empty record leaves only the watermark.
  if (kept.length === 0 && isSeen && entry.isUnreadable !== true && facts.isNeverStored?.(entry) !== true) {
    findings.counts.stored++
    return
  }
  // Two records of one identity have one place in the dead letters.
  if ((isTwin && letters.length > 0) || facts.explainsTwin?.(entry) === true) return
  if (!isSeen && facts.explainsUnseen?.(entry) === true) return
  findings.lost.push(`${name}: neither stored, nor a dead letter, nor in a gap`)
}
