import type { FetchedBatch, LogReader } from '../runtime/network.ts'
import type { BatchOutcome } from './subscriber.ts'

/** What a lane stands on. */
export interface StoringLaneOptions<Understood> {
  readonly reader: Pick<LogReader, 'commit' | 'seek'>
  readonly store: (batch: Understood) => Promise<BatchOutcome>
  /** Told what `store` threw: nothing is stored any more. */
  readonly failed: (error: unknown) => void
  /** Told what the reader threw at `commit` or `seek`: nothing is stored any more, what was stored is. Reading may begin anew. */
  readonly lost: (error: unknown) => void
}

/** A batch's place in the lane. */
export interface Turn {
  readonly batch: FetchedBatch
  /** How often the reader had been sent elsewhere when the batch was taken from it. */
  readonly seeks: number
}

/**
 * Stores one batch at a time, in their order, and tells the reader what became of it. A batch that was taken from the reader
 * before it was sent elsewhere is left out: it is read again.
 */
export class StoringLane<Understood> {
  readonly #options: StoringLaneOptions<Understood>
  /** Of each partition that the reader was sent elsewhere on, how often. */
  readonly #seeks = new Map<number, number>()
  #underWay: Promise<void> = Promise.resolve()
  #isOver = false

  constructor(options: StoringLaneOptions<Understood>) {
    this.#options = options
  }

  /** To be called when the reader has given the batch. */
  turn(batch: FetchedBatch): Turn {
    return { batch, seeks: this.#seeksOf(batch) }
  }

  /** Resolves when the batch before it is through and this one is under way, or left out. */
  async store({ batch, seeks }: Turn, understood: Understood): Promise<void> {
    await this.#underWay
    if (this.#isOver || seeks !== this.#seeksOf(batch)) return
    this.#underWay = this.#store(batch, understood)
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#underWay
  }

  /** Never throws. */
  async #store(batch: FetchedBatch, understood: Understood): Promise<void> {
    const { store, failed, lost } = this.#options
    let outcome: BatchOutcome
    try {
      outcome = await store(understood)
    } catch (error) {
      this.#isOver = true
      failed(error)
      return
    }
    try {
      await this.#tell(batch, outcome)
    } catch (error) {
      this.#isOver = true
      lost(error)
    }
  }

  async #tell(batch: FetchedBatch, outcome: BatchOutcome): Promise<void> {
    const { reader } = this.#options
    if (outcome.outcome === 'stored') {
      reader.commit(batch)
      return
    }
    this.#seeks.set(batch.partition, this.#seeksOf(batch) + 1)
    await reader.seek(batch.topic, batch.partition, outcome.nextOffset)
  }

  #seeksOf({ partition }: FetchedBatch): number {
    return this.#seeks.get(partition) ?? 0
  }
}
