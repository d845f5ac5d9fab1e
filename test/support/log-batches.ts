import { crc32c } from '../../src/runtime/crc32c.ts'
import { type LogBatch, readLogBatches } from '../../src/kafka/log-batch.ts'

/** A record inside a batch of the log; what is left out is none. */
export interface LogRecordWish {
  readonly offsetDelta: number
  readonly timestampDelta?: number
  readonly key?: Uint8Array
  readonly value?: Uint8Array
  readonly headers?: readonly (readonly [name: Uint8Array, value: Uint8Array | undefined])[]
}

/** A batch of the log as a test wants it. */
export interface LogBatchWish {
  readonly firstOffset?: bigint
  readonly attributes?: number
  readonly lastOffsetDelta?: number
  readonly firstTimestamp?: bigint
  readonly maxTimestamp?: bigint
  readonly producerId?: bigint
  /** Given alone where what is packed is made by hand. */
  readonly recordCount?: number
  readonly records?: readonly LogRecordWish[]
  /** Packs the records; they stay as they are without it. */
  readonly pack?: (records: Buffer) => Uint8Array
}

/** The bytes of a batch, with its right checksum. Source: kafka.apache.org, "Message Format". */
export function logBatchBytes({
  firstOffset = 0n,
  attributes = 0,
  records = [],
  recordCount = records.length,
  lastOffsetDelta = Math.max(0, recordCount - 1, ...records.map(({ offsetDelta }) => offsetDelta)),
  firstTimestamp = 0n,
  maxTimestamp = firstTimestamp,
  producerId = -1n,
  pack = (bytes) => bytes,
}: LogBatchWish): Buffer {
  const head = Buffer.alloc(61)
  head.writeBigInt64BE(firstOffset, 0)
  head.writeInt8(2, 16)
  head.writeInt16BE(attributes, 21)
  head.writeInt32BE(lastOffsetDelta, 23)
  head.writeBigInt64BE(firstTimestamp, 27)
  head.writeBigInt64BE(maxTimestamp, 35)
  head.writeBigInt64BE(producerId, 43)
  head.writeInt16BE(-1, 51)
  head.writeInt32BE(-1, 53)
  head.writeInt32BE(recordCount, 57)
  const bytes = Buffer.concat([head, pack(Buffer.concat(records.map(recordBytes)))])
  bytes.writeInt32BE(bytes.length - 12, 8)
  bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17)
  return bytes
}

/** The batch as a fetch reads it. */
export function logBatch(wish: LogBatchWish): LogBatch {
  const [batch] = readLogBatches(logBatchBytes(wish))
  if (batch === undefined) throw new Error('the bytes hold no batch')
  return batch
}

function recordBytes({ offsetDelta, timestampDelta = 0, key, value, headers = [] }: LogRecordWish): Buffer {
  const body = Buffer.concat([
    Buffer.of(0),
    zigzag(timestampDelta),
    zigzag(offsetDelta),
    counted(key),
    counted(value),
    zigzag(headers.length),
    ...headers.flatMap(([name, bytes]) => [counted(name), counted(bytes)]),
  ])
  return Buffer.concat([zigzag(body.length), body])
}

function counted(bytes: Uint8Array | undefined): Buffer {
  return bytes === undefined ? zigzag(-1) : Buffer.concat([zigzag(bytes.length), bytes])
}

function zigzag(value: number): Buffer {
  const bytes: number[] = []
  let rest = value >= 0 ? BigInt(value) * 2n : BigInt(value) * -2n - 1n
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  return Buffer.of(...bytes, Number(rest))
}

/** The bytes with a checksum that matches them, as a broken producer would write. */
export function resealed(bytes: Buffer): Buffer {
  const sealed = Buffer.from(bytes)
  sealed.writeUInt32BE(crc32c(sealed.subarray(21)), 17)
  return sealed
}

/** Packed with snappy as Java's clients do: blocks behind their lengths (xerial). */
export function packAsJava(records: Buffer, compress: (block: Buffer) => Buffer, blockBytes: number): Buffer {
  const parts: Buffer[] = [Buffer.from('82534e41505059000000000100000001', 'hex')]
  for (let at = 0; at < records.length; at += blockBytes) {
    const block = compress(records.subarray(at, at + blockBytes))
    const length = Buffer.alloc(4)
    length.writeInt32BE(block.length)
    parts.push(length, block)
  }
  return Buffer.concat(parts)
}

/** The bytes with some bits of this byte turned. */
export function flipped(bytes: Buffer, at: number, bits: number): Buffer {
  const changed = Buffer.from(bytes)
  changed.writeUInt8(changed.readUInt8(at) ^ bits, at)
  return changed
}
