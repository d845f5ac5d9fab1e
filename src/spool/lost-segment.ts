import type { Note } from '../metric/record.ts'
import type { AddressedNote } from './addressed-note.ts'
import { scan, type Segment } from './segment.ts'

/**
 * What is to be said of a segment whose header nobody can read, so that it is not known whose records it held: its
 * neighbours tell. From seq 1, since it may have held notes too; of a note's range only what has not arrived is lost.
 */
export function notesOfLost(number: number, bytes: Buffer, segments: readonly Segment[]): readonly AddressedNote[] {
  const before = segments.findLast((segment) => segment.number < number)
  const after = segments.find((segment) => segment.number > number)
  return [
    ...(before === undefined ? [] : corrupt(before, Math.max(before.lastSeq, lastSeqBehind(before, bytes)))),
    ...(after === undefined ? [] : corrupt(after, after.header.firstSeq - 1)),
  ]
}

/** The last seq of the lost segment where its records go on where the one before it ends: then they are of that run. */
function lastSeqBehind({ lastSeq }: Segment, bytes: Buffer): number {
  const seqs = scan(bytes, 0, lastSeq).records.map(({ record }) => record.seq)
  return lastSeq > 0 && seqs[0] === lastSeq + 1 ? Math.max(...seqs) : 0
}

function corrupt({ header: { agentUid, run } }: Segment, toSeq: number): readonly AddressedNote[] {
  const note: Note = { run, fromSeq: 1, toSeq, reason: 'corrupt' }
  return toSeq < 1 ? [] : [{ agentUid, note }]
}
