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
