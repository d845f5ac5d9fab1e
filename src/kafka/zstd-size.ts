const magic = 0xfd2fb528
/** Where the descriptor stands, which says how long what follows it is. */
const descriptorAt = 4
const isSingleSegment = 0x20
/** How long the identifier of a dictionary is, and the size of the content, by two bits of the descriptor each. */
const dictionaryBytes = [0, 1, 2, 4] as const
const sizeBytes = [0, 2, 4, 8] as const

/**
 * How many bytes the first zstd frame says to become; undefined where it does not say. A decompressor refuses a frame that
 * becomes more or less, so it is a good guess of what to make ready. Source: RFC 8878, section 3.1.1.1.
 */
export function zstdContentSize(packed: Buffer): number | undefined {
  if (packed.length <= descriptorAt || packed.readUInt32LE(0) !== magic) return undefined
  const descriptor = packed.readUInt8(descriptorAt)
  const single = (descriptor & isSingleSegment) !== 0
  const size = sizeBytes[descriptor >> 6] ?? 0
  const length = size === 0 && single ? 1 : size
  const at = descriptorAt + 1 + (single ? 0 : 1) + (dictionaryBytes[descriptor & 3] ?? 0)
  if (length === 0 || packed.length < at + length) return undefined
  if (length === 8) return Number(packed.readBigUInt64LE(at))
  // A size of two bytes is told without the 256 that one byte could say.
  return packed.readUIntLE(at, length) + (length === 2 ? 256 : 0)
}
