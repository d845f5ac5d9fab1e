import type { FetchedBatch } from '../runtime/network.ts'
import type { Arrived, Wanted } from './broker-fetches.ts'
import type { FetchBudget } from './fetch-budget.ts'
import { PackedPartition } from './packed-partition.ts'

/** What a fetch brought of a partition, to be handed out by the cursor that took it. */
export interface Taken {
  readonly cursor: PartitionCursor
  readonly packed: PackedPartition
  /** How often the cursor had been sent elsewhere when it took this. */
  readonly seeks: number
}

/** How far one partition is asked for and how far it is stored. What was fetched before a seek is not handed out after it. */
export class PartitionCursor implements Wanted {
  readonly partition: number
  #fetchOffset: bigint
  #storedOffset: bigint
  #seeks = 0
  /** Where a batch did not match its checksum: the bytes may have been garbled on the way, and are asked for once more. */
  #suspectOffset: bigint | undefined

  /** `offset`: everything before it is stored. */
  constructor(partition: number, offset: bigint) {
    this.partition = partition
    this.#fetchOffset = offset
    this.#storedOffset = offset
  }

  /** The next offset to ask for: up to two fetches ahead of what is stored. */
  get fetchOffset(): bigint {
    return this.#fetchOffset
  }

  /** Everything before it is stored. */
  get storedOffset(): bigint {
    return this.#storedOffset
  }

  /** Told that everything before the offset is stored. */
  stored(offset: bigint): void {
    this.#storedOffset = offset
  }

  /** Goes on at the offset, where the database stands. */
  seek(offset: bigint): void {
    this.#storedOffset = offset
    this.#fetchOffset = offset
    this.#seeks++
  }

  /** Takes what came; undefined where it brings nothing, or was asked for before a seek. */
  take({ fromOffset, fetched }: Arrived): Taken | undefined {
    if (this.#fetchOffset !== fromOffset) return undefined
    const packed = PackedPartition.of(fetched, fromOffset, this.#suspectOffset)
    if (packed.suspectOffset !== undefined) this.#suspectOffset = packed.suspectOffset
    if (packed.nextOffset <= fromOffset) return undefined
    this.#fetchOffset = packed.nextOffset
    return { cursor: this, packed, seeks: this.#seeks }
  }

  /** Unpacks a share at a time, no sooner than it is handed out; ends at a seek, from where it is asked for again. */
  *handedOut(
    { packed, seeks }: Taken,
    maxBufferedBytes: number,
    budget: FetchBudget,
  ): Generator<Pick<FetchedBatch, 'partition' | 'fromOffset' | 'nextOffset' | 'records'>> {
    if (seeks !== this.#seeks) return
    for (const share of packed.unpacked(maxBufferedBytes, budget)) {
      yield { partition: this.partition, ...share }
      // It may be sought while the share is stored.
      if (seeks !== this.#seeks) return
    }
  }
}
