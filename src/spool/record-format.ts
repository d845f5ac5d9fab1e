import type { Note, NoteReason } from '../metric/record.ts'
import { crc32c } from '../runtime/crc32c.ts'

/** Bytes before a record's payload. */
export const recordHeadBytes = 16
const noteFlag = 0x8000_0000
const mostPayloadBytes = 16 * 1024 * 1024
const reasons: readonly NoteReason[] = ['full', 'corrupt', 'refused', 'run-ended']

/** A record of a segment: a scrape's bytes or a note. */
export interface StoredRecord {
  readonly seq: number
  readonly value: Uint8Array
  readonly note?: Note
}

/** A record's bytes: length u32 ‖ crc32c u32 ‖ seq u64 ‖ payload. */
export function encodeRecord({ seq, value, note }: StoredRecord): Uint8Array {
  const payload = note === undefined ? value : encodeNote(note)
  const bytes = Buffer.allocUnsafe(recordHeadBytes + payload.length)
  bytes.writeUInt32BE(note === undefined ? payload.length : payload.length + noteFlag, 0)
  bytes.writeBigUInt64BE(BigInt(seq), 8)
  bytes.set(payload, recordHeadBytes)
  bytes.writeUInt32BE(checksum(bytes), 4)
  return bytes
}

/** What stands at a position: a whole record and where the next begins, or that there is none. */
export type FoundRecord = { readonly record: StoredRecord; readonly next: number } | 'end' | 'damaged'

/** Reads the record at a position; `damaged` where its length or checksum is wrong or the bytes end within it. */
export function recordAt(bytes: Buffer, position: number): FoundRecord {
  if (position === bytes.length) return 'end'
  if (position + recordHeadBytes > bytes.length) return 'damaged'
  const lengthField = bytes.readUInt32BE(position)
  const length = lengthField & 0x7fff_ffff
  const next = position + recordHeadBytes + length
  if (length > mostPayloadBytes || next > bytes.length) return 'damaged'
  // No record has seq 0. Looked at before the checksum, since a disk that gives zeros gives millions of them.
  if (bytes.readUInt32BE(position + 12) === 0 && bytes.readUInt32BE(position + 8) === 0) return 'damaged'
  const whole = bytes.subarray(position, next)
  if (checksum(whole) !== whole.readUInt32BE(4)) return 'damaged'
  const payload = whole.subarray(recordHeadBytes)
  const seq = Number(whole.readBigUInt64BE(8))
  if (lengthField < noteFlag) return { record: { seq, value: payload }, next }
  const note = decodeNote(payload)
  return note === undefined ? 'damaged' : { record: { seq, value: new Uint8Array(0), note }, next }
}

/** The first position at or after the given one where a whole record stands; undefined when there is none. */
export function nextWholeRecord(bytes: Buffer, from: number): number | undefined {
  for (let at = from; at + recordHeadBytes <= bytes.length; at++) {
    if (typeof recordAt(bytes, at) === 'object') return at
  }
  return undefined
}

/** How many records the lengths in their heads make of damaged bytes; at least one. Zeros are no head. */
export function headsFrom(bytes: Buffer, from: number): number {
  let heads = 1
  for (let at = from; ; heads++) {
    if (at + recordHeadBytes > bytes.length) return heads
    const length = bytes.readUInt32BE(at) & 0x7fff_ffff
    const next = at + recordHeadBytes + length
    if (length === 0 || next >= bytes.length) return heads
    at = next
  }
}

/**
 * The end of the records that stand complete behind the last good one, of the seqs that follow, and yet have a wrong checksum:
 * they were written to their end, so they rotted and are not torn.
 */
export function endOfRotten(bytes: Buffer, from: number, lastSeq: number): number {
  let at = from
  for (let seq = lastSeq + 1; at + recordHeadBytes <= bytes.length; seq++) {
    const next = at + recordHeadBytes + (bytes.readUInt32BE(at) & 0x7fff_ffff)
    if (next > bytes.length || bytes.readBigUInt64BE(at + 8) !== BigInt(seq)) return at
    at = next
  }
  return at
}

/** Whether one of the records that stood in damaged bytes may have been a note: their heads say so, or cannot be read. */
export function mayHideNote(bytes: Buffer, from: number, to: number): boolean {
  let at = from
  while (at + recordHeadBytes <= to) {
    const length = bytes.readUInt32BE(at)
    if (length === 0 || length >= noteFlag) return true
    at += recordHeadBytes + length
  }
  return at !== to
}

/** Over everything but the checksum itself, so that a damaged length is noticed too. */
function checksum(record: Buffer): number {
  return crc32c(record.subarray(8), crc32c(record.subarray(0, 4)))
}

function encodeNote(note: Note): Uint8Array {
  const head = Buffer.allocUnsafe(24)
  head.writeBigUInt64BE(note.run, 0)
  head.writeBigUInt64BE(BigInt(note.fromSeq), 8)
  head.writeBigUInt64BE(BigInt(note.toSeq), 16)
  return Buffer.concat([head, Buffer.from(note.reason)])
}

function decodeNote(payload: Buffer): Note | undefined {
  const reason = reasons.find((known) => payload.length > 24 && payload.toString('utf8', 24) === known)
  if (reason === undefined) return undefined
  return {
    run: payload.readBigUInt64BE(0),
    fromSeq: Number(payload.readBigUInt64BE(8)),
    toSeq: Number(payload.readBigUInt64BE(16)),
    reason,
  }
}
