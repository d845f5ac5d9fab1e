import type { FetchedPartition, LogBatch } from './fetched-records.ts'

const isTransactional = 0x10
const isControl = 0x20
/** A mark's key is its version and its type, of two bytes each; this type ends a transaction that was given up. */
const typeAt = 2
const abortType = 0

/**
 * The batches of the log without the records of transactions that were given up, which a broker sends along and names. The
 * client leaves out one such transaction of each producer, we leave out all. Marks stay: they have offsets too.
 */
export function withoutAborted({ records, abortedTransactions }: FetchedPartition): readonly LogBatch[] {
  const batches = records ?? []
  const aborted = (abortedTransactions ?? []).toSorted((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1))
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
    if (isAbortMark(batch)) open.delete(batch.producerId)
    const isData = (batch.attributes & isTransactional) !== 0 && (batch.attributes & isControl) === 0
    return !isData || !open.has(batch.producerId)
  })
}

function isAbortMark({ attributes, records }: LogBatch): boolean {
  return (attributes & isControl) !== 0 && records[0]?.key?.readInt16BE(typeAt) === abortType
}
