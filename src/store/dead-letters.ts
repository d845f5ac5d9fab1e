import type { RecordIdentity } from '../metric/record.ts'
import { inChunks, insertMissing, inWeighedChunks } from './insert-missing.ts'
import type { MetricStore, StoreTransaction } from './store.ts'
import type { Arrival, DeadLetterReason } from './understand.ts'

/** A record that is set aside, byte for byte. */
export interface DeadLetter {
  readonly arrival: Arrival
  readonly reason: DeadLetterReason
  readonly error: string
}

const longestError = 2000
/** A statement must stay below MariaDB's max_allowed_packet, 16 MiB, with each byte as two digits. */
const statementBytes = 2_097_152

/**
 * Stores those that are not there yet and returns them: one of ours is the same by agent, run and seq, a foreign one by
 * where it stood in Kafka.
 */
export async function insertDeadLetters(
  store: MetricStore,
  transaction: StoreTransaction,
  letters: readonly DeadLetter[],
  nowMs: number,
): Promise<readonly DeadLetter[]> {
  if (letters.length === 0) return []
  const known = await knownKeys(store, transaction, letters)
  const fresh: DeadLetter[] = []
  for (const letter of letters) {
    const key = keyOf(letter)
    if (key !== undefined && known.has(key)) continue
    if (key !== undefined) known.add(key)
    fresh.push(letter)
  }
  for (const chunk of inWeighedChunks(fresh, weightOf, statementBytes)) {
    const rows = chunk.map((letter) => toRow(store, letter, nowMs))
    await insertMissing(transaction.sql.insertInto('dead_letter').values(rows), store.traits, 'reason')
  }
  return fresh
}

/** Of these records of ours those that are dead letters already, as `identityKey` says them. */
export async function findDeadLetters(
  { codec }: MetricStore,
  transaction: StoreTransaction,
  identities: readonly RecordIdentity[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for (const chunk of inChunks(identities, 100)) {
    const rows = await transaction.sql
      .selectFrom('dead_letter')
      .select(['agent_uid', 'run', 'seq'])
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
    for (const { agent_uid: uid, run, seq } of rows) {
      if (uid === null || run === null || seq === null) continue
      const identity = {
        agentUid: codec.uidText(uid),
        run: codec.bigintValue(run),
        seq: Number(codec.bigintValue(seq)),
      }
      found.add(identityKey(identity))
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

/** Takes a dead letter away; nothing when it is gone already. */
export async function deleteDeadLetter(
  { codec }: MetricStore,
  { sql }: StoreTransaction,
  deadLetterId: bigint,
): Promise<void> {
  await sql.deleteFrom('dead_letter').where('dead_letter_id', '=', codec.bigint(deadLetterId)).execute()
}

/** Equal for the same record of ours. */
export function identityKey({ agentUid, run, seq }: RecordIdentity): string {
  return `${agentUid}/${run}/${seq}`
}

/** About its bytes in a statement, before they are written as digits. */
function weightOf({ arrival: { record } }: DeadLetter): number {
  const { headers, key, value } = record
  let bytes = 2 * longestError + (key?.byteLength ?? 0) + value.byteLength
  for (const [name, header] of headers) bytes += name.length + header.byteLength
  return bytes
}

/** Undefined for what has neither an identity nor a place: nothing is equal to it. */
function keyOf({ arrival: { identity, record } }: DeadLetter): string | undefined {
  if (identity !== undefined) return identityKey(identity)
  const { origin } = record
  return origin && `${origin.cluster}/${origin.topic}/${origin.partition}/${origin.offset}`
}

async function knownKeys(
  store: MetricStore,
  transaction: StoreTransaction,
  letters: readonly DeadLetter[],
): Promise<Set<string>> {
  const identities = letters.flatMap(({ arrival }) => arrival.identity ?? [])
  const known = new Set(await findDeadLetters(store, transaction, identities))
  const origins = letters.flatMap(({ arrival }) =>
    arrival.identity === undefined ? (arrival.record.origin ?? []) : [],
  )
  for (const { cluster, topic, partition } of distinctPartitions(origins)) {
    const offsets = origins
      .filter((origin) => origin.cluster === cluster && origin.topic === topic && origin.partition === partition)
      .map(({ offset }) => store.codec.bigint(offset))
    for (const chunk of inChunks(offsets)) {
      const rows = await transaction.sql
        .selectFrom('dead_letter')
        .select('offset')
        .where('cluster', '=', cluster)
        .where('topic', '=', topic)
        .where('partition', '=', partition)
        .where('offset', 'in', chunk)
        .execute()
      for (const { offset } of rows) {
        if (offset !== null) known.add(`${cluster}/${topic}/${partition}/${store.codec.bigintValue(offset)}`)
      }
    }
  }
  return known
}

function distinctPartitions<T extends { cluster: string; topic: string; partition: number }>(
  origins: readonly T[],
): Iterable<T> {
  return new Map(origins.map((origin) => [`${origin.cluster}/${origin.topic}/${origin.partition}`, origin])).values()
}

function toRow({ codec }: MetricStore, { arrival, reason, error }: DeadLetter, nowMs: number) {
  const { identity, record } = arrival
  const { headers, key, origin, value } = record
  return {
    at: codec.time(nowMs),
    reason,
    // No database keeps NUL in a text, and the letter about a bad value must not be one itself.
    error: error.slice(0, longestError).replaceAll('\0', '\uFFFD').toWellFormed(),
    // One of ours is known by its identity. Its cluster stays empty, or else a topic that was made anew, whose offsets begin
    // again, would make another record look like this one.
    cluster: identity === undefined ? (origin?.cluster ?? null) : null,
    topic: origin?.topic ?? null,
    topic_id: origin?.topicId === undefined ? null : codec.uid(origin.topicId),
    partition: origin?.partition ?? null,
    offset: origin === undefined ? null : codec.bigint(origin.offset),
    agent_uid: identity === undefined ? null : codec.uid(identity.agentUid),
    run: identity === undefined ? null : codec.bigint(identity.run),
    seq: identity === undefined ? null : codec.bigint(identity.seq),
    key: key === undefined ? null : codec.bytes(key),
    headers: codec.json(
      Object.fromEntries(
        [...headers].map(([name, bytes]) => [
          name.replaceAll('\0', '\uFFFD').toWellFormed(),
          Buffer.from(bytes).toString('base64'),
        ]),
      ),
    ),
    payload: codec.bytes(value),
  }
}
