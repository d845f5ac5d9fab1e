import { RecordError } from '../runtime/errors.ts'

const javaMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0])
const javaHead = 16

/**
 * How many bytes these become at most: snappy says it at the begin of each block. Kafka's own clients write blocks with
 * their lengths before them (xerial), others one block. Throws RecordError for what is no snappy.
 */
export function snappyBound(bytes: Buffer): number {
  if (!bytes.subarray(0, javaMagic.length).equals(javaMagic)) return lengthOfBlock(bytes)
  let total = 0
  for (let at = javaHead; at < bytes.length;) {
    const length = at + 4 <= bytes.length ? bytes.readInt32BE(at) : -1
    const end = at + 4 + length
    if (length < 0 || end > bytes.length) throw new RecordError(`no snappy: a block at byte ${at} is cut off`)
    total += lengthOfBlock(bytes.subarray(at + 4, end))
    at = end
  }
  return total
}

/** A varint of at most five bytes. */
function lengthOfBlock(block: Buffer): number {
  let length = 0
  for (let at = 0; at < 5; at++) {
    const byte = block[at]
    if (byte === undefined) break
    length += (byte & 0x7f) * 128 ** at
    if (byte < 0x80) return length
  }
  throw new RecordError('no snappy: a block without its length')
}
