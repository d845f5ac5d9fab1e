import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { FormatError } from './errors.ts'
import { uuidBytes, uuidText } from './uuid.ts'

it('writes sixteen bytes, wherever they stand, as lower-case text', () => {
  const bytes = Buffer.from('ff00112233445566778899aabbccddeeffff', 'hex').subarray(1, 17)
  expect(uuidText(bytes)).toBe('00112233-4455-6677-8899-aabbccddeeff')
})

it('reads what it writes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      expect(uuidBytes(uuidText(bytes))).toEqual(bytes)
      expect(uuidBytes(uuidText(bytes).toUpperCase())).toEqual(bytes)
    }),
  )
})

it.each([
  '',
  '00112233445566778899aabbccddeeff',
  '00112233-4455-6677-8899-aabbccddeefg',
  ' 00112233-4455-6677-8899-aabbccddeeff',
])('refuses %j', (text) => {
  expect(() => uuidBytes(text)).toThrow(FormatError)
})
