import type { ArrivedRecord, Note, RecordIdentity } from '../../metric/record.ts'
import { crc32c } from '../../runtime/crc32c.ts'
import { describeError, RecordError } from '../../runtime/errors.ts'
import type { DecodedPart, DecodedRecord } from '../../wire/decoded-record.ts'
import { decodeHeader, type Header, identityHeader } from '../../wire/header.ts'

/** Why a record is set aside. */
export type DeadLetterReason = 'undecodable' | 'limits' | 'ahead' | 'conflict' | 'foreign' | 'bad-value' | 'batch'

/** Who a record of ours says it is, and the CRC-32C of its value. */
export interface ArrivedIdentity extends RecordIdentity {
  readonly crc: number
}

/**
 * A record as it arrived, with what it says of who it is. Foreign records have no identity of their own, and one whose value
 * does not match its header's checksum is not believed: the true one may yet come.
 */
export interface Arrival {
  readonly record: ArrivedRecord
  readonly identity: ArrivedIdentity | undefined
  readonly content: DecodedRecord | Refusal
}

/** What is wrong with a record. */
export interface Refusal {
  readonly reason: DeadLetterReason
  readonly error: string
}

/** Decodes a record; `RecordDecoder` does. */
export interface Decoder {
  /** Throws RecordError. `known` is what the record's header says, where it was read. */
  readonly decode: (record: ArrivedRecord, known?: Header) => DecodedRecord
}

const largestRun = 2n ** 63n - 1n
/** Half a millisecond of work, or so. */
const recordsAtOnce = 32
const latestMs = Date.UTC(9999, 11, 31)

/** True where the content could be understood. */
export function isDecoded(content: DecodedRecord | Refusal): content is DecodedRecord {
  return 'parts' in content
}

/** Decodes a record and checks what every database can hold. Never throws: what is wrong becomes a refusal. */
export function understand(record: ArrivedRecord, decoder: Decoder, acceptForeign: boolean): Arrival {
  if (record.unread !== undefined) {
    return { record, identity: undefined, content: { reason: 'batch', error: record.unread } }
  }
  const identity = readIdentity(record)
  if (identity === undefined && !acceptForeign && !record.headers.has(identityHeader)) {
    const error = 'the record has no hostvitals header, and acceptForeign is off'
    return { record, identity, content: { reason: 'foreign', error } }
  }
  try {
    const decoded = decoder.decode(record, identity)
    const fault = faultOf(decoded)
    return { record, identity, content: fault === undefined ? decoded : { reason: 'limits', error: fault } }
  } catch (error) {
    // Anything at all: one record must never stop a partition, and the dead letter keeps its bytes and these words.
    const isBelieved = identity !== undefined && crc32c(record.value) === identity.crc
    const content = { reason: 'undecodable', error: describeError(error) } as const
    return { record, identity: isBelieved ? identity : undefined, content }
  }
}

/** How the records of a batch are understood. */
export interface Understanding {
  readonly decoder: Decoder
  readonly acceptForeign: boolean
  /** Lets others have their turn, now and then; absent: nobody waits for one. */
  readonly pause?: () => Promise<void>
}

/** Decodes records, index by index. Never throws. */
export async function understandAll(
  records: readonly ArrivedRecord[],
  { decoder, acceptForeign, pause }: Understanding,
): Promise<readonly Arrival[]> {
  const arrivals: Arrival[] = []
  for (const record of records) {
    if (pause !== undefined && arrivals.length % recordsAtOnce === recordsAtOnce - 1) await pause()
    arrivals.push(understand(record, decoder, acceptForeign))
  }
  return arrivals
}

function readIdentity({ headers }: ArrivedRecord): Header | undefined {
  const header = headers.get(identityHeader)
  if (header === undefined) return undefined
  try {
    return decodeHeader(header)
  } catch (error) {
    if (error instanceof RecordError) return undefined
    throw error
  }
}

function faultOf({ parts, note }: DecodedRecord): string | undefined {
  for (const part of parts) {
    const fault = partFault(part)
    if (fault !== undefined) return fault
  }
  return noteFault(note)
}

function partFault({ run, seq, scrapes, histograms }: DecodedPart): string | undefined {
  if (run.run > largestRun) return `the run ${run.run} is beyond 2^63`
  if (!run.foreign && seq < 1) return `the seq ${seq} is below 1`
  const wrong = wrongTime(scrapes) ?? wrongTime(histograms) ?? wrongStart(histograms)
  return wrong === undefined ? undefined : `the time ${wrong} ms is no time between 1970 and 9999`
}

function wrongTime(rows: readonly { readonly timeMs: number }[]): number | undefined {
  return rows.find(({ timeMs }) => !isTime(timeMs))?.timeMs
}

function wrongStart(rows: readonly { readonly startTimeMs: number }[]): number | undefined {
  return rows.find(({ startTimeMs }) => !isTime(startTimeMs))?.startTimeMs
}

function isTime(ms: number): boolean {
  return ms >= 0 && ms <= latestMs
}

function noteFault(note: Note | undefined): string | undefined {
  if (note === undefined) return undefined
  if (note.run > largestRun) return `the note's run ${note.run} is beyond 2^63`
  const isRange = note.fromSeq >= 1 && note.toSeq >= note.fromSeq
  // An empty former run ended at 0.
  const isEmptyRun = note.reason === 'run-ended' && note.toSeq === 0
  return isRange || isEmptyRun ? undefined : `the note's range ${note.fromSeq} to ${note.toSeq} is none`
}
