import { RecordError } from '../runtime/errors.ts'
import type { FetchedPartition } from './fetch-response.ts'
import { type LogBatch, recordsAt } from './log-batch.ts'
import { RecordReader } from './record-reader.ts'

const isTransactional = 0x10
const isControl = 0x20
/** A mark's key is its version and its type, of two bytes each; this type ends a transaction that was given up. */
const typeAt = 2
const abortType = 0

/**
 * The batches of the log without the records of transactions that were given up, which a broker sends along and names. The
 * client leaves out one such transaction of each producer, we leave out all. Marks stay: they have offsets too.
 */
export function withoutAborted({ batches, aborted: told }: FetchedPartition): readonly LogBatch[] {
  const aborted = told.toSorted((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1))
  if (aborted.length === 0) return batches
  const open = new Set<bigint>()
  let next = 0
  return batches.filter((batch) => {
    for (
      let begun = aborted[next];
      begun !== undefined && begun.firstOffset <= batch.firstOffset;
      begun = aborted[next]
    ) {
      open.add(begun.producerId)
      next++
    }
    if (!batch.isIntact) {
      // It is to be told; and it may have been a mark that ended one of these.
      open.clear()
      return true
    }
    if (isAbortMark(batch)) open.delete(batch.producerId)
    const isData = (batch.attributes & isTransactional) !== 0 && (batch.attributes & isControl) === 0
    return !isData || !open.has(batch.producerId)
  })
}

function isAbortMark({ attributes, bytes }: LogBatch): boolean {
  if ((attributes & isControl) === 0) return false
  try {
    const reader = new RecordReader(bytes.subarray(recordsAt))
    reader.varint()
    reader.byte()
    reader.varint()
    reader.varint()
    return reader.bytes()?.readInt16BE(typeAt) === abortType
  } catch (error) {
    // A mark that is broken ends what was begun all the same: what comes behind it is of another transaction.
    if (error instanceof RecordError || error instanceof RangeError) return true
    throw error
  }
}
