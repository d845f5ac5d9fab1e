const width = 16

/** Sixteen tables of 256 entries behind each other; entry `256 * k + byte` is the byte's remainder with `k` zero bytes after it. */
const table: Int32Array = makeTable()

/**
 * CRC-32C (Castagnoli) of the bytes, as an unsigned 32-bit number; `seed` is the checksum of the bytes before them.
 * Not node:zlib's `crc32`, which has another polynomial. Source: RFC 3720, appendix B.4; sixteen bytes a step, since every
 * record is checked on its way: "slicing-by-8", Kounavis and Berry 2005, twice as wide, for only the first four bytes wait
 * for the step before.
 */
export function crc32c(bytes: Uint8Array, seed = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const inSteps = bytes.length - (bytes.length % width)
  let crc = ~seed
  for (let at = 0; at < inSteps; at += width) {
    crc =
      remainders(12, crc ^ view.getInt32(at, true)) ^
      remainders(8, view.getInt32(at + 4, true)) ^
      remainders(4, view.getInt32(at + 8, true)) ^
      remainders(0, view.getInt32(at + 12, true))
  }
  for (let at = inSteps; at < bytes.length; at++) crc = remainder(0, (crc ^ view.getUint8(at)) & 0xff) ^ (crc >>> 8)
  return ~crc >>> 0
}

/** Of four bytes, the lowest of which comes first. */
function remainders(zeroBytes: number, bytes: number): number {
  return (
    remainder(zeroBytes + 3, bytes & 0xff) ^
    remainder(zeroBytes + 2, (bytes >>> 8) & 0xff) ^
    remainder(zeroBytes + 1, (bytes >>> 16) & 0xff) ^
    remainder(zeroBytes, bytes >>> 24)
  )
}

function remainder(zeroBytes: number, byte: number): number {
  // `?? 0` only satisfies the compiler: the index is always inside.
  return table[zeroBytes * 256 + byte] ?? 0
}

/** By the reflected polynomial 0x82F63B78. */
function makeTable(): Int32Array {
  const entries = new Int32Array(width * 256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
    entries[byte] = crc
  }
  for (let at = 256; at < entries.length; at++) {
    const former = entries[at - 256] ?? 0
    entries[at] = (entries[former & 0xff] ?? 0) ^ (former >>> 8)
  }
  return entries
}
