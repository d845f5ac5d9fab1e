import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { crc32c } from './crc32c.ts'

// Vectors of RFC 3720, appendix B.4, and the common check value of "123456789".
it.each([
  ['nothing', new Uint8Array(0), 0],
  ['123456789', Buffer.from('123456789'), 0xe3069283],
  ['32 bytes of zero', new Uint8Array(32), 0x8a9136aa],
  ['32 bytes of ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['0 to 31', Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
])('checks %s', (_name, bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected)
})

it('goes on from the checksum of what came before', () => {
  expect(crc32c(Buffer.from('6789'), crc32c(Buffer.from('12345')))).toBe(0xe3069283)
})

it('says of every length and place in memory what the definition says, bit by bit', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(9), (bytes, skipped) => {
      const part = bytes.subarray(Math.min(skipped, bytes.length))
      expect(crc32c(part)).toBe(bitByBit(part))
    }),
  )
})

function bitByBit(bytes: Uint8Array): number {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  }
  return ~crc >>> 0
}
