import type { Note, NoteReason, RecordIdentity } from '../metric/record.ts'
import { RecordError } from '../runtime/errors.ts'
import { uuidBytes, uuidText } from '../runtime/uuid.ts'

/** Name of the header that carries the dedupe identity. Its bytes are described in README.md. */
export const identityHeader = 'hostvitals'
/** Name of the header of tombstones and of ends of runs. */
export const noteHeader = 'hostvitals-note'

const headerVersion = 1
const identityBytes = 45
const noteBytes = 25
const reasons: readonly NoteReason[] = ['full', 'corrupt', 'refused', 'run-ended']

/** What the `hostvitals` header says. */
export interface Header extends RecordIdentity {
  /** When the agent handed the record to the network, Unix milliseconds. */
  readonly sentAtMs: number
  /** CRC-32C of the record's value. */
  readonly crc: number
}

/** The header's 45 bytes. */
export function encodeHeader(header: Header): Uint8Array {
  const bytes = Buffer.allocUnsafe(identityBytes)
  bytes.writeUInt8(headerVersion, 0)
  bytes.set(uuidBytes(header.agentUid), 1)
  bytes.writeBigUInt64BE(header.run, 17)
  bytes.writeBigUInt64BE(BigInt(header.seq), 25)
  bytes.writeBigUInt64BE(BigInt(Math.round(header.sentAtMs * 1000)), 33)
  bytes.writeUInt32BE(header.crc, 41)
  return bytes
}

/** Reads the header; throws RecordError when it is cut off, of an unknown version, or counts beyond 2^53. */
export function decodeHeader(header: Uint8Array): Header {
  const bytes = checkedBuffer(identityHeader, header, identityBytes)
  return {
    agentUid: uuidText(bytes.subarray(1, 17)),
    run: bytes.readBigUInt64BE(17),
    seq: safeNumber(bytes, 25),
    sentAtMs: Number(bytes.readBigUInt64BE(33)) / 1000,
    crc: bytes.readUInt32BE(41),
  }
}

/** The note header's bytes: 25 and the reason's text. */
export function encodeNote(note: Note): Uint8Array {
  const bytes = Buffer.allocUnsafe(noteBytes)
  bytes.writeUInt8(headerVersion, 0)
  bytes.writeBigUInt64BE(note.run, 1)
  bytes.writeBigUInt64BE(BigInt(note.fromSeq), 9)
  bytes.writeBigUInt64BE(BigInt(note.toSeq), 17)
  return Buffer.concat([bytes, Buffer.from(note.reason)])
}

/** Reads a note header; throws RecordError where it is malformed. */
export function decodeNote(header: Uint8Array): Note {
  const bytes = checkedBuffer(noteHeader, header.subarray(0, noteBytes), noteBytes)
  const text = Buffer.from(header).toString('utf8', noteBytes)
  const reason = reasons.find((known) => known === text)
  if (reason === undefined)
    throw new RecordError(`the header ${noteHeader} has the unknown reason '${text.slice(0, 40)}'`)
  return { run: bytes.readBigUInt64BE(1), fromSeq: safeNumber(bytes, 9), toSeq: safeNumber(bytes, 17), reason }
}

function checkedBuffer(name: string, header: Uint8Array, length: number): Buffer {
  if (header.length !== length) throw new RecordError(`the header ${name} has ${header.length} bytes, not ${length}`)
  if (header[0] !== headerVersion) {
    throw new RecordError(`the header ${name} is of version ${header[0]}, this program reads ${headerVersion}`, {
      nextStep: 'update the consumer, then replay its dead letters',
    })
  }
  return Buffer.from(header.buffer, header.byteOffset, header.byteLength)
}

function safeNumber(bytes: Buffer, at: number): number {
  const value = bytes.readBigUInt64BE(at)
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new RecordError(`a header counts to ${value}, beyond 2^53`)
  return Number(value)
}
