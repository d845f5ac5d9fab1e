import type { Reader } from '@platformatic/kafka'
import { type LogBatch, readLogBatches } from './log-batch.ts'

/** What a fetch brought of one partition, packed. */
export interface FetchedPartition {
  readonly partition: number
  /** 0 is none; by Kafka's table. */
  readonly errorCode: number
  readonly highWatermark: bigint
  /** Transactions that were given up and begin in these batches or before. */
  readonly aborted: readonly { readonly producerId: bigint; readonly firstOffset: bigint }[]
  readonly batches: readonly LogBatch[]
}

/** An answer to a fetch. */
export interface FetchAnswer {
  /** 0 is none; of the whole request. */
  readonly errorCode: number
  readonly partitions: readonly FetchedPartition[]
}

/**
 * Reads an answer of version 12 to 17 about one topic and leaves the records packed: the client unpacks them without any
 * bound, and throws the whole answer away for an error of one partition. Source: kafka.apache.org, "Fetch API".
 */
export function readFetchAnswer(_correlationId: number, _apiKey: number, apiVersion: number, r: Reader): FetchAnswer {
  r.readInt32()
  const errorCode = r.readInt16()
  r.readInt32()
  const topics = r.readArray((topic) => {
    if (apiVersion < 13) topic.readString()
    else topic.readUUID()
    return topic.readArray(readPartition)
  })
  return { errorCode, partitions: topics.flat() }
}

function readPartition(r: Reader): FetchedPartition {
  const partition = r.readInt32()
  const errorCode = r.readInt16()
  const highWatermark = r.readInt64()
  r.readInt64()
  r.readInt64()
  const aborted = r.readNullableArray((each) => ({ producerId: each.readInt64(), firstOffset: each.readInt64() })) ?? []
  r.readInt32()
  return {
    partition,
    errorCode,
    highWatermark,
    aborted,
    batches: readLogBatches(r.readNullableBytes() ?? Buffer.alloc(0)),
  }
}
