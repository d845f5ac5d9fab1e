import { RecordError } from '../runtime/errors.ts'

const frameMagic = 0x184d2204
const skippableMagic = 0x184d2a50
const flags = { contentSize: 0x08, blockChecksum: 0x10, contentChecksum: 0x04, dictionary: 0x01 } as const
const isUnpacked = 0x80000000
/** A byte of a block stands for at most so many. */
const mostGrowth = 255

/**
 * How many bytes an LZ4 frame becomes at most, by the lengths of its blocks and their greatest size. Throws RecordError for
 * what is no LZ4 frame. Source: github.com/lz4/lz4, doc/lz4_Frame_format.md.
 */
export function lz4Bound(bytes: Buffer): number {
  let total = 0
  let at = 0
  while (at < bytes.length) {
    const magic = wordAt(bytes, at)
    if ((magic & 0xfffffff0) >>> 0 === skippableMagic) at += 8 + wordAt(bytes, at + 4)
    else if (magic === frameMagic) {
      const frame = boundOfFrame(bytes, at + 4)
      total += frame.bound
      at = frame.end
    } else throw new RecordError(`no LZ4 frame at byte ${at}`)
  }
  return total
}

function boundOfFrame(bytes: Buffer, from: number): { readonly bound: number; readonly end: number } {
  const flag = bytes[from] ?? 0
  const blockBytes = 2 ** (8 + 2 * (((bytes[from + 1] ?? 0) >> 4) & 7))
  const has = (wanted: number): number => ((flag & wanted) === 0 ? 0 : 1)
  let at = from + 3 + 8 * has(flags.contentSize) + 4 * has(flags.dictionary)
  let bound = 0
  for (;;) {
    const word = wordAt(bytes, at)
    at += 4
    if (word === 0) return { bound, end: at + 4 * has(flags.contentChecksum) }
    const length = word % isUnpacked
    bound += word >= isUnpacked ? length : Math.min(blockBytes, mostGrowth * length)
    at += length + 4 * has(flags.blockChecksum)
  }
}

function wordAt(bytes: Buffer, at: number): number {
  if (at + 4 > bytes.length) throw new RecordError(`an LZ4 frame is cut off at byte ${at}`)
  return bytes.readUInt32LE(at)
}
