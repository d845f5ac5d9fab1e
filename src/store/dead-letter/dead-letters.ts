import type { RecordIdentity, TopicOrigin } from '../../metric/record.ts'
import { RecordError } from '../../runtime/errors.ts'
import { decodeHeader, identityHeader } from '../../wire/header.ts'
import { fromStoredHeaders } from './dead-letter-headers.ts'
import { type DeadLetter, type KeyedLetter, noTopicId, toDeadLetterRow, weightOfRow } from './dead-letter-row.ts'
import { inChunks, insertMissing, inWeighedChunks } from '../insert-missing.ts'
import type { StoredJson } from '../schema.ts'
import type { MetricStore, StoreTransaction } from '../store.ts'
import type { ArrivedIdentity } from '../ingest/understand.ts'

/** A statement must stay below MariaDB's max_allowed_packet, 16 MiB, with each byte as two digits. */
const statementBytes = 2_097_152

/**
 * Stores those that are not there yet and returns them. One of ours is the same by agent, run, seq and checksum; a foreign
 * one by where it stood in Kafka, and so is one of ours whose identity another record has taken.
 */
export async function insertDeadLetters(
  store: MetricStore,
  transaction: StoreTransaction,
  letters: readonly DeadLetter[],
  nowMs: number,
): Promise<readonly DeadLetter[]> {
  if (letters.length === 0) return []
  const identities = letters.flatMap(({ arrival }) => arrival.identity ?? [])
  const known = await findDeadLetters(store, transaction, identities)
  const taken = new Map(known)
  const keyed = letters.flatMap((letter): readonly KeyedLetter[] => {
    const { identity, record } = letter.arrival
    const byPlace = { letter, ...(record.origin === undefined ? {} : { place: record.origin }) }
    if (identity === undefined) return [byPlace]
    const crc = taken.get(identityKey(identity))
    if (crc === undefined) taken.set(identityKey(identity), identity.crc)
    if (crc === undefined) return [{ letter, identity }]
    return crc === identity.crc ? [] : [byPlace]
  })
  const places = await knownPlaces(
    store,
    transaction,
    keyed.flatMap(({ place }) => place ?? []),
  )
  const fresh = keyed.filter(({ place }) => {
    const isKnown = place !== undefined && places.has(placeKey(place))
    if (place !== undefined) places.add(placeKey(place))
    return !isKnown
  })
  for (const chunk of inWeighedChunks(fresh, weightOfRow, statementBytes)) {
    const rows = chunk.map((each) => toDeadLetterRow(store, each, nowMs))
    await insertMissing(transaction.sql.insertInto('dead_letter').values(rows), store.traits, 'reason')
  }
  return fresh.map(({ letter }) => letter)
}

/** Of these records of ours those that are dead letters already: `identityKey` → the checksum of the letter's value. */
export async function findDeadLetters(
  { codec }: MetricStore,
  transaction: StoreTransaction,
  identities: readonly RecordIdentity[],
): Promise<ReadonlyMap<string, number | undefined>> {
  const found = new Map<string, number | undefined>()
  for (const chunk of inChunks(identities, 100)) {
    const rows = await transaction.sql
      .selectFrom('dead_letter')
      .select(['agent_uid', 'run', 'seq', 'headers'])
      .where((where) =>
        where.or(
          chunk.map(({ agentUid, run, seq }) =>
            where.and([
              where('agent_uid', '=', codec.uid(agentUid)),
              where('run', '=', codec.bigint(run)),
              where('seq', '=', codec.bigint(seq)),
            ]),
          ),
        ),
      )
      .execute()
    for (const { agent_uid: uid, run, seq, headers } of rows) {
      if (uid === null || run === null || seq === null) continue
      const identity = {
        agentUid: codec.uidText(uid),
        run: codec.bigintValue(run),
        seq: Number(codec.bigintValue(seq)),
      }
      found.set(identityKey(identity), crcOf(codec.jsonValue, headers))
    }
  }
  return found
}

/** The seqs of a range of a run that are dead letters, and so have arrived. */
export async function deadSeqs(
  { codec }: MetricStore,
  transaction: StoreTransaction,
  { agentUid, run }: Omit<RecordIdentity, 'seq'>,
  range: { readonly fromSeq: number; readonly toSeq: number },
): Promise<readonly number[]> {
  const rows = await transaction.sql
    .selectFrom('dead_letter')
    .select('seq')
    .where('agent_uid', '=', codec.uid(agentUid))
    .where('run', '=', codec.bigint(run))
    .where('seq', '>=', codec.bigint(range.fromSeq))
    .where('seq', '<=', codec.bigint(range.toSeq))
    .execute()
  return rows.flatMap(({ seq }) => (seq === null ? [] : [Number(codec.bigintValue(seq))]))
}

/** What a dead letter that was taken away stood for: a record that has no other place, or one beside another of its identity. */
export type TakenLetter = 'alone' | 'beside another'

/** Takes a dead letter away; undefined when it is gone already. */
export async function takeDeadLetter(
  { codec }: MetricStore,
  { sql }: StoreTransaction,
  deadLetterId: bigint,
): Promise<TakenLetter | undefined> {
  const id = codec.bigint(deadLetterId)
  const row = await sql
    .selectFrom('dead_letter')
    .select(['agent_uid', 'reason'])
    .where('dead_letter_id', '=', id)
    .executeTakeFirst()
  const { numDeletedRows } = await sql.deleteFrom('dead_letter').where('dead_letter_id', '=', id).executeTakeFirst()
  if (row === undefined || numDeletedRows === 0n) return undefined
  return row.agent_uid === null || row.reason === 'conflict' ? 'beside another' : 'alone'
}

/** Equal for the same record of ours. */
export function identityKey({ agentUid, run, seq }: RecordIdentity): string {
  return `${agentUid}/${run}/${seq}`
}

/** True where this record of ours is a dead letter already, and no other one that took its identity. */
export function isDeadLetter(dead: ReadonlyMap<string, number | undefined>, identity: ArrivedIdentity): boolean {
  return dead.size > 0 && dead.get(identityKey(identity)) === identity.crc
}

/** True where another record of this identity is a dead letter, so that this one may be one under its place in Kafka. */
export function isOtherLetter(dead: ReadonlyMap<string, number | undefined>, identity: ArrivedIdentity): boolean {
  return dead.size > 0 && dead.has(identityKey(identity)) && !isDeadLetter(dead, identity)
}

/** What the letter's own header says of its value. */
function crcOf(jsonValue: (stored: StoredJson) => unknown, stored: StoredJson | null): number | undefined {
  const header = stored === null ? undefined : fromStoredHeaders(jsonValue(stored)).headers.get(identityHeader)
  try {
    return header && decodeHeader(header).crc
  } catch (error) {
    if (error instanceof RecordError) return undefined
    throw error
  }
}

/** Equal for the same place in Kafka. */
export function placeKey({ cluster, topic, topicId = noTopicId, partition, offset }: TopicOrigin): string {
  return `${partitionKey({ cluster, topic, topicId, partition })}/${offset}`
}

function partitionKey({ cluster, topic, topicId = noTopicId, partition }: Omit<TopicOrigin, 'offset'>): string {
  return `${cluster}/${topic}/${topicId}/${partition}`
}

/** Of these places in Kafka those whose record is a dead letter, as `placeKey` says them. */
export async function knownPlaces(
  { codec }: MetricStore,
  transaction: StoreTransaction,
  places: readonly TopicOrigin[],
): Promise<Set<string>> {
  const known = new Set<string>()
  for (const ofPartition of Map.groupBy(places, partitionKey).values()) {
    for (const chunk of inChunks(ofPartition)) {
      const [first] = chunk
      if (first === undefined) continue
      const { cluster, topic, topicId = noTopicId, partition } = first
      const offsets = chunk.map(({ offset }) => codec.bigint(offset))
      const rows = await transaction.sql
        .selectFrom('dead_letter')
        .select('offset')
        .where('cluster', '=', cluster)
        .where('topic', '=', topic)
        .where('topic_id', '=', codec.uid(topicId))
        .where('partition', '=', partition)
        .where('offset', 'in', offsets)
        .execute()
      for (const { offset } of rows) {
        if (offset !== null) known.add(placeKey({ ...first, offset: codec.bigintValue(offset) }))
      }
    }
  }
  return known
}
