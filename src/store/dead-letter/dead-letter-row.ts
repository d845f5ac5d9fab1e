import type { Insertable } from 'kysely'
import type { RecordIdentity, TopicOrigin } from '../../metric/record.ts'
import { toStoredHeaders } from './dead-letter-headers.ts'
import type { Tables } from '../schema.ts'
import type { MetricStore } from '../store.ts'
import type { Arrival, DeadLetterReason } from '../ingest/understand.ts'

/** A record that is set aside, byte for byte. */
export interface DeadLetter {
  readonly arrival: Arrival
  readonly reason: DeadLetterReason
  readonly error: string
}

/** A dead letter with what makes it unique: its identity; else its place in Kafka; or nothing. */
export interface KeyedLetter {
  readonly letter: DeadLetter
  readonly identity?: RecordIdentity
  readonly place?: TopicOrigin
}

/** The topic id of a place whose broker tells none: a key with a NULL in it would hold nothing back. */
export const noTopicId = '00000000-0000-0000-0000-000000000000'

const longestError = 2000

/** The row of `dead_letter`. */
export function toDeadLetterRow(
  { codec }: MetricStore,
  { letter, identity, place }: KeyedLetter,
  nowMs: number,
): Insertable<Tables['dead_letter']> {
  const { arrival, reason, error } = letter
  const { key, origin, value } = arrival.record
  return {
    at: codec.time(nowMs),
    reason,
    // No database keeps NUL in a text, and the letter about a bad value must not be one itself.
    error: error.slice(0, longestError).replaceAll('\0', '\uFFFD').toWellFormed(),
    // One of ours is known by its identity. Its cluster stays empty, or else a topic whose offsets begin again would make
    // another record look like this one.
    cluster: place?.cluster ?? null,
    topic: origin?.topic ?? null,
    topic_id: origin === undefined ? null : codec.uid(origin.topicId ?? noTopicId),
    partition: origin?.partition ?? null,
    offset: origin === undefined ? null : codec.bigint(origin.offset),
    agent_uid: identity === undefined ? null : codec.uid(identity.agentUid),
    run: identity === undefined ? null : codec.bigint(identity.run),
    seq: identity === undefined ? null : codec.bigint(identity.seq),
    key: key === undefined ? null : codec.bytes(key),
    headers: codec.json(toStoredHeaders(arrival.record)),
    payload: codec.bytes(value),
  }
}

/** About its bytes in a statement, before they are written as digits. */
export function weightOfRow({ letter }: KeyedLetter): number {
  const { headers, key, value } = letter.arrival.record
  let bytes = 2 * longestError + (key?.byteLength ?? 0) + value.byteLength
  for (const [name, header] of headers) bytes += name.length + header.byteLength
  return bytes
}
