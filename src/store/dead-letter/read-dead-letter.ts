import type { ArrivedRecord } from '../../metric/record.ts'
import { fromStoredHeaders } from './dead-letter-headers.ts'
import { noTopicId } from './dead-letter-row.ts'
import type { MetricStore } from '../store.ts'

/** A dead letter as the record that arrived; undefined when there is none of that id. */
export async function readDeadLetter(store: MetricStore, deadLetterId: bigint): Promise<ArrivedRecord | undefined> {
  const { codec, database } = store
  const row = await database
    .selectFrom('dead_letter')
    .selectAll()
    .where('dead_letter_id', '=', codec.bigint(deadLetterId))
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { cluster, topic, topic_id: topicId, partition, offset } = row
  const isForeign = cluster !== null && topic !== null && partition !== null && offset !== null
  // A foreign record's run is its partition of this very topic, so the id is part of what it is.
  const toldId = topicId === null ? noTopicId : codec.uidText(topicId)
  const id = toldId === noTopicId ? {} : { topicId: toldId }
  return {
    ...(isForeign ? { origin: { cluster, topic, ...id, partition, offset: codec.bigintValue(offset) } } : {}),
    key: row.key === null ? undefined : codec.bytesValue(row.key),
    ...fromStoredHeaders(row.headers === null ? {} : codec.jsonValue(row.headers)),
    value: codec.bytesValue(row.payload),
    ...(row.reason === 'batch' ? { unread: row.error } : {}),
    timestampMs: codec.timeMs(row.at),
  }
}
