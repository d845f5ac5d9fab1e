import type { ArrivedBatch } from '../../metric/record.ts'
import type { Emit } from '../../runtime/events.ts'
import type { LogPartition } from '../../runtime/network.ts'
import { insertMissing } from '../insert-missing.ts'
import type { MetricStore, StoreTransaction } from '../store.ts'

/** The part of a batch that says where it stood. */
export type BatchPosition = NonNullable<ArrivedBatch['position']>

type Partition = Pick<BatchPosition, 'cluster' | 'topic' | 'topicId' | 'partition'>

/** How the start of a partition is looked for. */
export interface StartOptions {
  readonly nowMs: number
  readonly emit: Emit
  /** Where the position stood when it was looked at before the log's ends were listed; undefined where nobody looked. */
  readonly knownOffset: bigint | undefined
}

/**
 * Where to begin, and whether the log was cut beyond where we were; or the log has to be listed again, since the position
 * stands beyond the end that was listed.
 */
export type PartitionStart =
  | { readonly isKnown: true; readonly offset: bigint; readonly isCut: boolean }
  | { readonly isKnown: false; readonly standsAt: bigint }

/**
 * Where to begin reading a partition that was assigned: at the database's position. At the earliest, where there is none,
 * where the topic was made anew, or where the log has been cut beyond it (told as `kafka.truncated`). The position is
 * written, so that `ingest` can hold every batch against it. Throws the store's errors.
 *
 * A log that ends before the position was made anew or has lost records, and is read from its begin. But its end was listed
 * before this look, and another consumer may have stored what came since: it counts only where the position was seen beyond
 * the end before that end was listed (`knownOffset`). Else nothing is moved, and the log must be listed again.
 */
export async function startOf(
  store: MetricStore,
  at: LogPartition,
  { nowMs, emit, knownOffset }: StartOptions,
): Promise<PartitionStart> {
  const start = await store.transaction(async (transaction) => {
    const stored = await lockPosition(store, transaction, at)
    const isNamesake = stored !== undefined && isSameTopic(stored.topicId, at.topicId)
    const isBeyond = isNamesake && stored.nextOffset > at.endOffset
    if (isBeyond && !(knownOffset !== undefined && knownOffset > at.endOffset)) return stored.nextOffset
    const isSame = isNamesake && !isBeyond
    const offset = isSame && stored.nextOffset >= at.earliestOffset ? stored.nextOffset : at.earliestOffset
    if (stored === undefined) await insertPosition(store, transaction, at, offset, nowMs)
    else await movePosition(store, transaction, at, offset, nowMs)
    return { offset, cutFrom: isSame && stored.nextOffset < offset ? stored.nextOffset : undefined }
  })
  if (typeof start === 'bigint') return { isKnown: false, standsAt: start }
  const { offset, cutFrom } = start
  if (cutFrom !== undefined) {
    const { topic, partition } = at
    emit('kafka.truncated', { topic, partition, from: String(cutFrom), to: String(offset) })
  }
  return { isKnown: true, offset, isCut: cutFrom !== undefined }
}

/** A partition's row as stored. */
export interface StoredPosition {
  readonly nextOffset: bigint
  readonly topicId: string | undefined
}

/** Reads the position under its row's lock, which makes a second consumer of the partition wait; undefined without a row. */
export async function lockPosition(
  { codec, traits }: MetricStore,
  transaction: StoreTransaction,
  { cluster, topic, partition }: Partition,
): Promise<StoredPosition | undefined> {
  const query = transaction.sql
    .selectFrom('kafka_position')
    .select(['next_offset', 'topic_id'])
    .where('cluster', '=', cluster)
    .where('topic', '=', topic)
    .where('partition', '=', partition)
  const row = await (traits.supportsRowLocks ? query.forUpdate() : query).executeTakeFirst()
  return row === undefined
    ? undefined
    : {
        nextOffset: codec.bigintValue(row.next_offset),
        topicId: row.topic_id === null ? undefined : codec.uidText(row.topic_id),
      }
}

/** The row for a batch: made at offset 0 where there is none, so that a batch from the very begin needs no assignment. */
export async function lockOrMakePosition(
  store: MetricStore,
  transaction: StoreTransaction,
  position: BatchPosition,
  nowMs: number,
): Promise<StoredPosition> {
  const stored = await lockPosition(store, transaction, position)
  if (stored !== undefined && isSameTopic(stored.topicId, position.topicId)) return stored
  const begin = { nextOffset: 0n, topicId: position.topicId }
  // A batch that does not begin there is refused; then its row is not made either.
  if (position.fromOffset > 0n || stored !== undefined) return begin
  await insertPosition(store, transaction, position, 0n, nowMs)
  // Another consumer may have been first: its row counts, and its lock was waited for.
  return (await lockPosition(store, transaction, position)) ?? begin
}

/** Sets the position of a row that is there, in the transaction of the rows. */
export async function movePosition(
  { codec }: MetricStore,
  transaction: StoreTransaction,
  at: Partition,
  nextOffset: bigint,
  nowMs: number,
): Promise<void> {
  await transaction.sql
    .updateTable('kafka_position')
    .set({
      next_offset: codec.bigint(nextOffset),
      updated_at: codec.time(nowMs),
      ...(at.topicId === undefined ? {} : { topic_id: codec.uid(at.topicId) }),
    })
    .where('cluster', '=', at.cluster)
    .where('topic', '=', at.topic)
    .where('partition', '=', at.partition)
    .execute()
}

async function insertPosition(
  { codec, traits }: MetricStore,
  transaction: StoreTransaction,
  { cluster, topic, topicId, partition }: Partition,
  nextOffset: bigint,
  nowMs: number,
): Promise<void> {
  const row = {
    cluster,
    topic,
    partition,
    topic_id: topicId === undefined ? null : codec.uid(topicId),
    next_offset: codec.bigint(nextOffset),
    updated_at: codec.time(nowMs),
  }
  await insertMissing(transaction.sql.insertInto('kafka_position').values(row), traits, 'partition')
}

/** Brokers that tell no ids are taken at the topic's name. */
function isSameTopic(stored: string | undefined, told: string | undefined): boolean {
  return stored === undefined || told === undefined || stored === told
}
