/** Table of the Castagnoli polynomial, reflected (0x82F63B78), one entry a byte value. */
const table: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0x82f63b78 : remainder >>> 1
  return remainder >>> 0
})

/**
 * CRC-32C (Castagnoli) of the bytes, as an unsigned 32-bit number; `seed` is the checksum of the bytes before them.
 * Not node:zlib's `crc32`, which has another polynomial. Source: RFC 3720, appendix B.4.
 */
export function crc32c(bytes: Uint8Array, seed = 0): number {
  let crc = ~seed
  // `?? 0` only satisfies the compiler: both indexes are always inside.
  for (let at = 0; at < bytes.length; at++) crc = (table[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8)
  return ~crc >>> 0
}
