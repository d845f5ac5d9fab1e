import type { ArrivedRecord } from '../metric/record.ts'
import type { MetricStore } from './store.ts'

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
  const id = topicId === null ? {} : { topicId: codec.uidText(topicId) }
  const headers = row.headers === null ? [] : Object.entries(codec.jsonValue(row.headers) ?? {})
  return {
    ...(isForeign ? { origin: { cluster, topic, ...id, partition, offset: codec.bigintValue(offset) } } : {}),
    key: row.key === null ? undefined : codec.bytesValue(row.key),
    headers: new Map(headers.map(([name, base64]) => [name, Buffer.from(String(base64), 'base64')])),
    value: codec.bytesValue(row.payload),
    timestampMs: codec.timeMs(row.at),
  }
}
