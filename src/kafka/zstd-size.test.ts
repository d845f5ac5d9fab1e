import { zstdCompressSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { zstdContentSize } from './zstd-size.ts'

function frame(...bytes: readonly number[]): Buffer {
  return Buffer.from([0x28, 0xb5, 0x2f, 0xfd, ...bytes])
}

describe('the size that a zstd frame says', () => {
  it.each([1, 255, 256, 257, 65_791, 65_792, 1_000_000])('is what was packed: %d bytes', (size) => {
    expect(zstdContentSize(zstdCompressSync(Buffer.alloc(size, 'ab')))).toBe(size)
  })

  it('is read from every form of the header', () => {
    expect(zstdContentSize(frame(0x20, 7))).toBe(7)
    expect(zstdContentSize(frame(0x43, 0x58, 1, 2, 3, 4, 1, 0))).toBe(257)
    expect(zstdContentSize(frame(0xc1, 0x58, 9, 0, 0, 0, 0, 1, 0, 0, 0))).toBe(2 ** 32)
  })

  it('is unknown where it is not told', () => {
    expect(zstdContentSize(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x58]))).toBeUndefined()
    expect(zstdContentSize(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x80, 0x58, 1]))).toBeUndefined()
    expect(zstdContentSize(Buffer.from('no frame at all'))).toBeUndefined()
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
        const size = zstdContentSize(frame(...bytes)) ?? 0
        expect(size).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})
