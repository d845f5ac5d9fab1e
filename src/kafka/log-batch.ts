import { crc32c } from '../runtime/crc32c.ts'

/** One batch of the log, packed, as its producer wrote it. Source: kafka.apache.org, "Message Format". */
export interface LogBatch {
  /** All of it. */
  readonly bytes: Buffer
  readonly firstOffset: bigint
  /** 2 since Kafka 0.11; of older ones nothing but the offset is read. */
  readonly magic: number
  readonly attributes: number
  readonly lastOffsetDelta: number
  readonly firstTimestamp: bigint
  readonly maxTimestamp: bigint
  readonly producerId: bigint
  readonly recordCount: number
  /** The bytes match their checksum, which the format 2 has. Else nothing but the offset is to be believed. */
  readonly isIntact: boolean
}

const at = {
  length: 8,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  firstTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  count: 57,
} as const
/** Offset and length, which the length does not count. */
const head = 12
const magicNow = 2
/** Where the records of a batch begin. */
export const recordsAt = 61

/** The batches in these bytes, the last of which a broker may have cut off; that one is left out. */
export function readLogBatches(bytes: Buffer): readonly LogBatch[] {
  const batches: LogBatch[] = []
  let from = 0
  while (bytes.length - from > at.magic) {
    const end = from + head + bytes.readInt32BE(from + at.length)
    if (end > bytes.length || end <= from + at.magic) break
    batches.push(readHead(bytes.subarray(from, end)))
    from = end
  }
  return batches
}

/** The offset behind a batch of the log. Compaction may have taken its last records; their offsets stay. */
export function endOf({ firstOffset, lastOffsetDelta }: LogBatch): bigint {
  return firstOffset + BigInt(lastOffsetDelta) + 1n
}

function readHead(bytes: Buffer): LogBatch {
  const firstOffset = bytes.readBigInt64BE(0)
  const magic = bytes.readInt8(at.magic)
  if (magic !== magicNow || bytes.length < recordsAt) {
    const unknown = {
      firstTimestamp: -1n,
      maxTimestamp: -1n,
      producerId: -1n,
      recordCount: 0,
      isIntact: magic !== magicNow,
    }
    return { bytes, firstOffset, magic, attributes: 0, lastOffsetDelta: 0, ...unknown }
  }
  return {
    bytes,
    firstOffset,
    magic,
    attributes: bytes.readInt16BE(at.attributes),
    lastOffsetDelta: bytes.readInt32BE(at.lastOffsetDelta),
    firstTimestamp: bytes.readBigInt64BE(at.firstTimestamp),
    maxTimestamp: bytes.readBigInt64BE(at.maxTimestamp),
    producerId: bytes.readBigInt64BE(at.producerId),
    recordCount: bytes.readInt32BE(at.count),
    isIntact: crc32c(bytes.subarray(at.attributes)) === bytes.readUInt32BE(at.crc),
  }
}
