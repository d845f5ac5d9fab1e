import { randomBytes } from 'node:crypto'
import { zstdCompressSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { unpack } from './unpack.ts'

const zstd = 4
const mostBytes = 67_108_864

/** A zstd frame of 14 bytes that says it becomes so many. */
function lyingFrame(size: number): Buffer {
  const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
  frame.writeBigUInt64LE(BigInt(size), 5)
  return frame
}

it('takes no room on the word of a zstd frame that is far too small for it', () => {
  const before = process.memoryUsage().arrayBuffers
  expect(() => unpack(lyingFrame(mostBytes), zstd, mostBytes)).toThrow('unexpected end of file')
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(mostBytes / 8)
})

it.each([
  ['hardly', randomBytes(100_000)],
  ['as metrics do', Buffer.concat(Array.from({ length: 25 }, () => randomBytes(4000)).flatMap((each) => [each, each]))],
  ['ten thousand times', Buffer.alloc(1_000_000)],
])('unpacks zstd that shrank %s', (_how, bytes) => {
  expect(unpack(zstdCompressSync(bytes), zstd, mostBytes).equals(bytes)).toBe(true)
})

it('refuses zstd that becomes more than it may', () => {
  expect(() => unpack(zstdCompressSync(Buffer.alloc(1000)), zstd, 999)).toThrow('larger than 999 bytes')
})
