import type { Note } from '../metric/record.ts'
import { headsFrom, mayHideNote, nextWholeRecord, recordAt, type StoredRecord } from './record-format.ts'
import { segmentHeaderBytes, type SegmentHeader } from './segment-header.ts'

/** A segment as the spool keeps it in mind. */
export interface Segment {
  readonly number: number
  readonly header: SegmentHeader
  /** End of the last record that is safe; what stands behind it does not exist. */
  readonly endBytes: number
  /** The last record's seq; `firstSeq - 1` when there is none. */
  readonly lastSeq: number
  readonly records: number
  /** The notes among them, to be said again where they can be read no more. */
  readonly notes: readonly Note[]
}

/** A stretch of a segment that no record can be read from. */
export interface Damage {
  readonly fromBytes: number
  readonly toBytes: number
  /** The seq of the whole record before it. */
  readonly afterSeq: number
  /**
   * Seqs that stood there, as the neighbours tell; at the end of a segment as the damaged heads do. From 1 where a note may
   * have stood there, which told of any seq before: what is said of those that arrived is nothing.
   */
  readonly fromSeq: number
  readonly toSeq: number
  /** No whole record follows in this segment. */
  readonly isTail: boolean
}

/** What stands in a segment between two positions. */
export interface Scan {
  readonly records: readonly { readonly record: StoredRecord; readonly next: number }[]
  readonly damages: readonly Damage[]
  /** End of the last whole record. */
  readonly endBytes: number
}

/** The file's name; numbers sort as text. */
export function segmentName(number: number): string {
  return `segment-${String(number).padStart(12, '0')}.spool`
}

/** The number of a segment's file; undefined for any other file. */
export function segmentNumber(name: string): number | undefined {
  const [, digits] = /^segment-(\d{12})\.spool$/.exec(name) ?? []
  return digits === undefined ? undefined : Number(digits)
}

/** How much is taken at once: of the bytes always one record more than fits. */
export interface MostAtOnce {
  readonly records: number
  readonly bytes: number
}

const all: MostAtOnce = { records: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY }

/** Reads the records from a position on; `formerSeq` is the seq before it, and `most` bounds what is taken. */
export function scan(bytes: Buffer, from: number, formerSeq: number, most: MostAtOnce = all): Scan {
  const records: { record: StoredRecord; next: number }[] = []
  const damages: Damage[] = []
  let position = Math.max(from, segmentHeaderBytes)
  let seq = formerSeq
  // A record in any case: what is damaged before it may be longer than that.
  while (records.length < most.records && (records.length === 0 || position - from < most.bytes)) {
    const found = recordAt(bytes, position)
    if (found === 'end') break
    if (found === 'damaged') {
      const resumed = nextWholeRecord(bytes, position + 1)
      if (resumed === undefined) {
        const toSeq = seq + headsFrom(bytes, position)
        const fromSeq = mayHideNote(bytes, position, bytes.length) ? 1 : seq + 1
        damages.push({ fromBytes: position, toBytes: bytes.length, afterSeq: seq, fromSeq, toSeq, isTail: true })
        break
      }
      const after = recordAt(bytes, resumed)
      const nextSeq = typeof after === 'object' ? after.record.seq : seq + 1
      const fromSeq = mayHideNote(bytes, position, resumed) ? 1 : seq + 1
      damages.push({ fromBytes: position, toBytes: resumed, afterSeq: seq, fromSeq, toSeq: nextSeq - 1, isTail: false })
      position = resumed
      continue
    }
    records.push(found)
    // A note that was written while room was made stands before records with lower seqs.
    if (found.record.note === undefined || found.record.seq <= seq + 1) seq = found.record.seq
    position = found.next
  }
  return { records, damages, endBytes: position }
}
