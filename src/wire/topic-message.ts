import type { SpooledRecord } from '../metric/record.ts'
import { crc32c } from '../runtime/crc32c.ts'
import { uuidBytes } from '../runtime/uuid.ts'
import { encodeHeader, encodeNote, identityHeader, noteHeader } from './header.ts'

/** A spooled record as it goes onto the topic. */
export interface TopicMessage {
  /** The agent's uid, 16 bytes: one host stays in one partition. */
  readonly key: Uint8Array
  readonly headers: ReadonlyMap<string, Uint8Array>
  readonly value: Uint8Array
}

const contentType = new TextEncoder().encode('application/x-protobuf')

/** Key, headers and value of a record; a resend differs only in `sentAtMs`, which is not part of its identity. */
export function encodeMessage(record: SpooledRecord, sentAtMs: number): TopicMessage {
  const headers = new Map([
    ['content-type', contentType],
    [identityHeader, encodeHeader({ ...record, sentAtMs, crc: crc32c(record.value) })],
  ])
  if (record.note !== undefined) headers.set(noteHeader, encodeNote(record.note))
  return { key: uuidBytes(record.agentUid), headers, value: record.value }
}
