import { describeError, RecordError } from '../runtime/errors.ts'
import type { FetchedRecord } from '../runtime/network.ts'
import { HeaderNames } from './header-names.ts'
import { endOf, type LogBatch, recordsAt } from './log-batch.ts'
import { RecordReader } from './record-reader.ts'
import { packingOf, unpack } from './unpack.ts'

const isControl = 0x20
const isBrokersTime = 0x08
/** What objects of the heap cost beside their bytes, roughly: a record, a header. */
const overhead = { record: 512, header: 128 } as const

/** What a batch of the log holds. */
export interface UnpackedBatch {
  readonly records: readonly FetchedRecord[]
  /** What it takes in memory, roughly. */
  readonly heldBytes: number
}

/**
 * The records of a batch from the offset on: brokers give whole batches, the begin of which we may have had. One that is
 * broken, or takes more than twice `mostBytes` in memory, is one record whose value is the whole batch, packed as it is, and
 * which says why it is unread.
 */
export function recordsOf(batch: LogBatch, fromOffset: bigint, mostBytes: number): UnpackedBatch {
  if (batch.isIntact && (batch.attributes & isControl) !== 0) return { records: [], heldBytes: 0 }
  try {
    const { records, heldBytes } = readRecords(batch, mostBytes)
    return { records: records.filter(({ offset }) => offset >= fromOffset), heldBytes }
  } catch (error) {
    // Whatever is wrong with it, one batch must never stop a partition, and its bytes are kept with these words.
    return { records: [unreadBatch(batch, fromOffset, error)], heldBytes: batch.bytes.length + overhead.record }
  }
}

function readRecords(batch: LogBatch, mostBytes: number): UnpackedBatch {
  const { bytes, attributes, magic, recordCount, lastOffsetDelta } = batch
  if (magic !== 2) throw new RecordError(`its format is ${magic}, and 2 is read`)
  if (!batch.isIntact) throw new RecordError('its bytes do not match its checksum')
  if (recordCount * overhead.record > mostBytes) throw new RecordError(`it has ${recordCount} records`)
  const unpacked = unpack(bytes.subarray(recordsAt), attributes, mostBytes)
  const reader = new RecordReader(unpacked)
  const brokersTime = (attributes & isBrokersTime) === 0 ? undefined : Number(batch.maxTimestamp)
  const names = new HeaderNames()
  const records: FetchedRecord[] = []
  let heldBytes = unpacked.length + recordCount * overhead.record
  let least = 0
  for (let index = 0; index < recordCount; index++) {
    const length = reader.varint()
    const begin = reader.position
    reader.byte()
    const timestampMs = brokersTime ?? Number(batch.firstTimestamp) + reader.varint()
    if (brokersTime !== undefined) reader.varint()
    const offsetDelta = reader.varint()
    const [key, value] = [reader.bytes(), reader.bytes()]
    const headerCount = reader.varint()
    heldBytes += headerCount * overhead.header
    if (heldBytes > 2 * mostBytes)
      throw new RecordError(`its records have more headers than ${mostBytes} bytes can hold`)
    const headers = readHeaders(reader, headerCount, names)
    if (reader.position - begin !== length) throw new RecordError(`record ${index} is not as long as it says`)
    if (offsetDelta < least || offsetDelta > lastOffsetDelta)
      throw new RecordError(`record ${index} has a wrong offset`)
    least = offsetDelta + 1
    const offset = batch.firstOffset + BigInt(offsetDelta)
    const record = { offset, key, value: value ?? new Uint8Array(0), headers: headers.headers, timestampMs }
    records.push(headers.headerList === undefined ? record : { ...record, headerList: headers.headerList })
  }
  if (!reader.isAtEnd) throw new RecordError(`it goes on behind its ${recordCount} records`)
  return { records, heldBytes }
}

function readHeaders(
  reader: RecordReader,
  count: number,
  names: HeaderNames,
): Pick<FetchedRecord, 'headers' | 'headerList'> {
  if (count < 0) throw new RecordError('a record has fewer than no headers')
  const list: [Uint8Array, Uint8Array | undefined][] = []
  const headers = new Map<string, Uint8Array>()
  let isSaid = true
  for (let index = 0; index < count; index++) {
    const name = names.at(index, reader.bytes() ?? Buffer.alloc(0))
    const value = reader.bytes()
    list.push([name.bytes, value])
    headers.set(name.text, value ?? new Uint8Array(0))
    isSaid &&= value !== undefined && name.isText
  }
  // A map says all that stood there, where each name stands once, is a text and has a value.
  return isSaid && headers.size === count ? { headers } : { headers, headerList: list }
}

function unreadBatch(batch: LogBatch, fromOffset: bigint, error: unknown): FetchedRecord {
  const { bytes, firstOffset, attributes, firstTimestamp } = batch
  const offsets = `offsets ${firstOffset} to ${endOf(batch) - 1n}`
  return {
    // A position inside the batch is behind its first record.
    offset: firstOffset > fromOffset ? firstOffset : fromOffset,
    key: undefined,
    headers: new Map(),
    value: bytes,
    unread: `this is a whole batch of the log, ${offsets}, packed with ${packingOf(attributes)}, that cannot be read: ${describeError(error)}`,
    timestampMs: Math.max(0, Number(firstTimestamp)),
  }
}
