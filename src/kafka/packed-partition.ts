import type { FetchedBatch } from '../runtime/network.ts'
import { withoutAborted } from './aborted-records.ts'
import type { FetchBudget } from './fetch-budget.ts'
import type { FetchedPartition } from './fetch-response.ts'
import { recordsOf } from './fetched-records.ts'
import { endOf, type LogBatch } from './log-batch.ts'

/** One batch of the log may take so much at least, unpacked, whatever the bound of what is buffered. */
const leastOfBatchBytes = 67_108_864
/** One share is being stored and one decoded; the rest is for what is fetched meanwhile. Larger ones are no faster to store. */
const shares = 8

/** What a fetch brought of one partition, to be unpacked a share at a time. */
export class PackedPartition {
  readonly partition: number
  /** The offset behind all of it. */
  readonly nextOffset: bigint
  /** Here a batch does not match its checksum: it and what follows are left out, to be fetched once more. */
  readonly suspectOffset: bigint | undefined
  readonly #fromOffset: bigint
  readonly #batches: readonly { readonly batch: LogBatch; readonly end: bigint; readonly isLeftOut: boolean }[]

  private constructor(fetched: FetchedPartition, fromOffset: bigint, suspectOffset: bigint | undefined) {
    this.partition = fetched.partition
    this.#fromOffset = fromOffset
    this.suspectOffset = suspectOffset
    const kept = new Set(withoutAborted(fetched))
    const { batches, highWatermark } = fetched
    this.#batches = batches.flatMap((batch, index) => {
      if (suspectOffset !== undefined && batch.firstOffset >= suspectOffset) return []
      const mostOffset = batches[index + 1]?.firstOffset ?? highWatermark
      return [{ batch, end: soundEnd(batch, fromOffset, mostOffset), isLeftOut: !kept.has(batch) }]
    })
    this.nextOffset = this.#batches.at(-1)?.end ?? fromOffset
  }

  /** `suspected`: the offset of a batch that was broken before and is taken as it is now. */
  static of(fetched: FetchedPartition, fromOffset: bigint, suspected: bigint | undefined): PackedPartition {
    const broken = fetched.batches.find(({ isIntact, firstOffset }) => !isIntact && firstOffset !== suspected)
    return new PackedPartition(fetched, fromOffset, broken?.firstOffset)
  }

  /** Consecutive shares, each of about an eighth of `maxBufferedBytes` or of one batch of the log. */
  *unpacked(
    maxBufferedBytes: number,
    budget: FetchBudget,
  ): Generator<Pick<FetchedBatch, 'fromOffset' | 'nextOffset' | 'records'>> {
    const mostBytes = Math.max(leastOfBatchBytes, maxBufferedBytes)
    let share = { fromOffset: this.#fromOffset, records: [] as FetchedBatch['records'][number][], heldBytes: 0 }
    let nextOffset = this.#fromOffset
    for (const { batch, end, isLeftOut } of this.#batches) {
      const { records, heldBytes } = isLeftOut ? nothing : recordsOf(batch, this.#fromOffset, mostBytes)
      budget.learn(batch.bytes.length, heldBytes)
      if (share.records.length > 0 && share.heldBytes + heldBytes > maxBufferedBytes / shares) {
        yield { fromOffset: share.fromOffset, nextOffset, records: share.records }
        share = { fromOffset: nextOffset, records: [], heldBytes: 0 }
      }
      for (const record of records) share.records.push(record)
      share.heldBytes += heldBytes
      nextOffset = end
    }
    if (nextOffset > share.fromOffset) yield { fromOffset: share.fromOffset, nextOffset, records: share.records }
  }
}

const nothing = { records: [], heldBytes: 0 } as const

/** Where a batch ends, whatever it says: no further than the next begins, and always further than where we stand. */
function soundEnd(batch: LogBatch, fromOffset: bigint, mostOffset: bigint): bigint {
  const least = (batch.firstOffset > fromOffset ? batch.firstOffset : fromOffset) + 1n
  const told = endOf(batch) < mostOffset ? endOf(batch) : mostOffset
  return told > least ? told : least
}
