import type { Note, NoteReason, RecordIdentity } from '../metric/record.ts'
import { RecordError } from '../runtime/errors.ts'
import { uuidBytes, uuidText } from '../runtime/uuid.ts'
import { limits } from './limits.ts'

/** Name of the header that carries the dedupe identity. Its bytes are described in README.md. */
export const identityHeader = 'hostvitals'
/** Name of the header of tombstones and of ends of runs. */
export const noteHeader = 'hostvitals-note'

const headerVersion = 1
const identityBytes = 45
const noteBytes = 25
const uidAt = 1
const uidBytes = 16
const largestRun = 2n ** 63n - 1n
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
  bytes.set(uuidBytes(header.agentUid), uidAt)
  bytes.writeBigUInt64BE(header.run, 17)
  bytes.writeBigUInt64BE(BigInt(header.seq), 25)
  bytes.writeBigUInt64BE(BigInt(Math.round(header.sentAtMs * 1000)), 33)
  bytes.writeUInt32BE(header.crc, 41)
  return bytes
}

/** Reads the header; throws RecordError when it is cut off, of an unknown version, or counts beyond 2^53 or the year 9999. */
export function decodeHeader(header: Uint8Array): Header {
  const bytes = checkedBuffer(identityHeader, header, identityBytes)
  const seq = seqAt(bytes, 25)
  if (seq === 0) throw new RecordError(`the header ${identityHeader} has the seq 0: it counts from 1`)
  const sentAtMs = uint64At(bytes, 33) / 1000
  if (sentAtMs > limits.timeMs) throw new RecordError(`the header ${identityHeader} was sent after the year 9999`)
  return {
    agentUid: uuidText(bytes.subarray(uidAt, uidAt + uidBytes)),
    run: runAt(bytes, 17),
    seq,
    sentAtMs,
    crc: bytes.readUInt32BE(41),
  }
}

/** Whether these bytes are the agent_uid of a header that `decodeHeader` took. */
export function isAgentUid(header: Uint8Array, uid: Uint8Array): boolean {
  if (uid.length !== uidBytes) return false
  for (let at = 0; at < uidBytes; at++) if (uid[at] !== header[uidAt + at]) return false
  return true
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
  return { run: runAt(bytes, 1), fromSeq: seqAt(bytes, 9), toSeq: seqAt(bytes, 17), reason }
}

function checkedBuffer(name: string, header: Uint8Array, length: number): Buffer {
  if (header.length !== length) throw new RecordError(`the header ${name} has ${header.length} bytes, not ${length}`)
  if (header[0] !== headerVersion) {
    throw new RecordError(`the header ${name} is of version ${header[0]}, this program reads ${headerVersion}`, {
      nextStep: 'update the consumer, then replay its dead letters',
    })
  }
  return Buffer.isBuffer(header) ? header : Buffer.from(header.buffer, header.byteOffset, header.byteLength)
}

function runAt(bytes: Buffer, at: number): bigint {
  const run = bytes.readBigUInt64BE(at)
  if (run > largestRun) throw new RecordError(`a header names the run ${run}, beyond 63 bits`)
  return run
}

function seqAt(bytes: Buffer, at: number): number {
  const seq = uint64At(bytes, at)
  if (!Number.isSafeInteger(seq)) throw new RecordError(`a header counts to ${bytes.readBigUInt64BE(at)}, beyond 2^53`)
  return seq
}

/** Beyond 2^53 the nearest double, which is beyond it too. */
function uint64At(bytes: Buffer, at: number): number {
  return bytes.readUInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4)
}
