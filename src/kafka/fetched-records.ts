import type { Consumer } from '@platformatic/kafka'
import type { FetchedRecord } from '../runtime/network.ts'

type FetchResponse = Awaited<ReturnType<Consumer['fetch']>>
/** What a fetch brought of one partition. */
export type FetchedPartition = FetchResponse['responses'][number]['partitions'][number]
/** One batch of the log, as its producer wrote it. */
export type LogBatch = NonNullable<FetchedPartition['records']>[number]

const isControl = 0x20
const isBrokersTime = 0x08

/** The offset behind a batch of the log. Compaction may have taken its last records; their offsets stay. */
export function endOf({ firstOffset, lastOffsetDelta }: LogBatch): bigint {
  return firstOffset + BigInt(lastOffsetDelta) + 1n
}

/** The records of a batch from the offset on: brokers give whole batches, the begin of which we may have had. */
export function recordsOf(batch: LogBatch, fromOffset: bigint): readonly FetchedRecord[] {
  if ((batch.attributes & isControl) !== 0) return []
  const brokersTime = (batch.attributes & isBrokersTime) === 0 ? undefined : Number(batch.maxTimestamp)
  return batch.records.flatMap(({ offsetDelta, timestampDelta, key, value, headers }) => {
    const offset = batch.firstOffset + BigInt(offsetDelta)
    if (offset < fromOffset) return []
    return [
      {
        offset,
        key: key ?? undefined,
        value: value ?? new Uint8Array(0),
        headers: new Map(headers.map(([name, bytes]) => [String(name ?? ''), bytes ?? new Uint8Array(0)])),
        timestampMs: brokersTime ?? Number(batch.firstTimestamp + timestampDelta),
      },
    ]
  })
}
