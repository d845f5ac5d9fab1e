import { describe, expect, it } from 'vitest'
import { logBatch, type LogBatchWish } from '../../test/support/log-batches.ts'
import { withoutAborted } from './aborted-records.ts'
import type { FetchedPartition } from './fetch-response.ts'
import { recordsOf } from './fetched-records.ts'
import { endOf, type LogBatch } from './log-batch.ts'

const transactional = 0x10
const control = 0x20
const brokersTime = 0x08
const mostBytes = 1e6

function batchOf(firstOffset: bigint, deltas: readonly number[], more: Partial<LogBatchWish> = {}): LogBatch {
  const records = deltas.map((offsetDelta) => ({ offsetDelta, timestampDelta: offsetDelta, value: Buffer.from('v') }))
  return logBatch({ firstOffset, records, firstTimestamp: 1000n, maxTimestamp: 9000n, producerId: 1n, ...more })
}

function markOf(firstOffset: bigint, type: number, producerId = 1n): LogBatch {
  const records = [{ offsetDelta: 0, timestampDelta: 0, key: Buffer.from([0, 0, 0, type]) }]
  return batchOf(firstOffset, [0], { attributes: transactional | control, producerId, records })
}

function partitionOf(batches: readonly LogBatch[], aborted: FetchedPartition['aborted']): FetchedPartition {
  return { partition: 0, errorCode: 0, highWatermark: 0n, aborted, batches }
}

describe('the records of a batch of the log', () => {
  it('begin at the offset asked for: brokers give whole batches', () => {
    expect(recordsOf(batchOf(10n, [0, 1, 2]), 11n, mostBytes).records.map(({ offset }) => offset)).toEqual([11n, 12n])
  })

  it('may lie before the offset altogether, or be gone by compaction: the batch ends where it ended', () => {
    const compacted = batchOf(10n, [0, 1], { lastOffsetDelta: 7 })
    expect(recordsOf(compacted, 15n, mostBytes).records).toEqual([])
    expect(endOf(compacted)).toBe(18n)
    const empty = batchOf(20n, [], { lastOffsetDelta: 4 })
    expect(recordsOf(empty, 20n, mostBytes).records).toEqual([])
    expect(endOf(empty)).toBe(25n)
  })

  it('are none where it is a mark', () => {
    expect(recordsOf(markOf(10n, 1), 0n, mostBytes).records).toEqual([])
    expect(endOf(markOf(10n, 1))).toBe(11n)
  })

  it('have their sender’s time, or the broker’s where the topic says so', () => {
    expect(recordsOf(batchOf(10n, [3]), 0n, mostBytes).records[0]?.timestampMs).toBe(1003)
    expect(recordsOf(batchOf(10n, [3], { attributes: brokersTime }), 0n, mostBytes).records[0]?.timestampMs).toBe(9000)
  })
})

describe('aborted transactions', () => {
  it('are left out, each of a producer’s, and nothing else of it', () => {
    const inTransaction = { attributes: transactional }
    const log = [
      batchOf(0n, [0, 1], inTransaction),
      batchOf(2n, [0], { ...inTransaction, producerId: 2n }),
      batchOf(3n, [0]),
      markOf(4n, 0),
      batchOf(5n, [0], inTransaction),
      markOf(6n, 1),
      markOf(7n, 1, 2n),
      batchOf(8n, [0], inTransaction),
      markOf(9n, 0),
    ]
    const aborted = [
      { producerId: 1n, firstOffset: 8n },
      { producerId: 1n, firstOffset: 0n },
    ]
    const kept = withoutAborted(partitionOf(log, aborted)).flatMap((batch) => recordsOf(batch, 0n, mostBytes).records)
    // The third batch is of no transaction, though of the same producer.
    expect(kept.map(({ offset }) => offset)).toEqual([2n, 3n, 5n])
  })
})
