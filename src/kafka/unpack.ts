import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { compressionsAlgorithms } from '@platformatic/kafka'
import { RecordError } from '../runtime/errors.ts'
import { lz4Bound } from './lz4-bound.ts'
import { snappyBound } from './snappy-bound.ts'
import { zstdContentSize } from './zstd-size.ts'

/** How the records of a batch may be packed, by the lowest three bits of its attributes. */
const packings = ['nothing', 'gzip', 'snappy', 'lz4', 'zstd'] as const

/** Of less Node makes pieces large enough by itself. */
const leastPiece = 16_384
/** What says to grow more than this comes in pieces: twenty bytes may say that they are 64 MiB. */
const mostGrowth = 64

/** What the records of a batch are packed with, for a person; a number where it is unknown. */
export function packingOf(attributes: number): string {
  return packings[attributes & 7] ?? String(attributes & 7)
}

/**
 * The records of a batch, unpacked, at most `mostBytes`. The client's own way has no bound, so that a message of a megabyte
 * could become gigabytes. Throws RecordError for what is more, and whatever a decompressor says of what is broken.
 */
export function unpack(packed: Buffer, attributes: number, mostBytes: number): Buffer {
  const packing = packingOf(attributes)
  switch (packing) {
    case 'nothing':
      return packed
    case 'gzip':
      return gunzipSync(packed, { maxOutputLength: mostBytes })
    case 'zstd':
      return zstdDecompressSync(packed, { maxOutputLength: mostBytes, ...pieceOf(packed, mostBytes) })
    case 'snappy':
      hold(snappyBound(packed), mostBytes)
      return compressionsAlgorithms.snappy.decompressSync(packed)
    case 'lz4':
      hold(lz4Bound(packed), mostBytes)
      return compressionsAlgorithms.lz4.decompressSync(packed)
    default:
      throw new RecordError(`its packing ${packing} is unknown`)
  }
}

/** In one piece where a likely size is told: pieces of 16 KiB, which Node makes else, are made and copied at twice the cost. */
function pieceOf(packed: Buffer, mostBytes: number): { readonly chunkSize?: number } {
  const size = zstdContentSize(packed)
  // One byte more, or the full piece is followed by an empty one.
  return size === undefined || size < leastPiece || size > Math.min(mostBytes, packed.length * mostGrowth)
    ? {}
    : { chunkSize: size + 1 }
}

/** These two cannot be told where to stop: what they might become at most is found out before. */
function hold(bound: number, mostBytes: number): void {
  if (bound > mostBytes) throw new RecordError(`it may grow to ${bound} bytes`)
}
