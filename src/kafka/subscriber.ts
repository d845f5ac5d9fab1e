import { StoreConfigurationError } from '../runtime/errors.ts'
import type { FetchedBatch, LogReader } from '../runtime/network.ts'
import { retry } from '../runtime/retry.ts'
import type { Seams } from '../runtime/seams.ts'
import type { FailureReport } from './failure-report.ts'
import { StoringLane } from './storing-lane.ts'

/** What became of a batch: stored, or refused because the database stands at another offset. */
export type BatchOutcome = { readonly outcome: 'stored' } | { readonly outcome: 'stale'; readonly nextOffset: bigint }

/** What a subscriber is made of. */
export interface SubscriberOptions<Understood> {
  readonly reader: LogReader
  readonly report: FailureReport
  readonly seams: Seams
  /** Prepares the topic; called before each time the group is joined. */
  readonly prepare: () => Promise<void>
  /** What a batch says; called while the one before it is stored. Never throws. */
  readonly understand: (batch: FetchedBatch) => Promise<Understood>
  /** Stores a batch; what it throws ends the subscriber, so that nothing behind it is stored. */
  readonly store: (batch: Understood) => Promise<BatchOutcome>
}

const backOff = { firstMs: 250, mostMs: 10_000 }

/** Hands batches to the database one after the other; the next is unpacked and understood while the former is stored. */
export class Subscriber<Understood> {
  readonly #options: SubscriberOptions<Understood>
  #lane: StoringLane<Understood> | undefined

  constructor(options: SubscriberOptions<Understood>) {
    this.#options = options
  }

  /**
   * Runs until the signal aborts, `store` throws, or a person must mend the database (StoreConfigurationError); a failing
   * broker is retried for ever and told once.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { seams, report } = this.#options
    const failed = new AbortController()
    await retry(() => this.#read(AbortSignal.any([signal, failed.signal]), failed), {
      ...seams,
      backOff,
      signal,
      shouldRetry: (error) => {
        // Where the database stands is asked for at each assignment: what a person must mend there ends the role as well.
        if (failed.signal.aborted || error instanceof StoreConfigurationError) return false
        report.failed(error)
        return true
      },
    })
  }

  /**
   * Resolves when no batch is being stored: where the database stands is to be asked then, or the answer is older than the
   * batch. The reader may wait for it at an assignment, since storing waits for nothing that the reader does.
   */
  async idle(): Promise<void> {
    await this.#lane?.idle()
  }

  /**
   * `failed` is aborted by what `store` throws, which also ends the wait for the next batch. Throws what the reader throws,
   * also when it is told what became of a batch: that is tried again.
   */
  async #read(signal: AbortSignal, failed: AbortController): Promise<void> {
    const { reader, report, store, understand, prepare } = this.#options
    await prepare()
    const lost = new AbortController()
    const lane = new StoringLane<Understood>({
      reader,
      store,
      failed: (error) => failed.abort(error),
      lost: (error) => lost.abort(error),
    })
    this.#lane = lane
    try {
      for await (const batch of reader.batches(AbortSignal.any([signal, lost.signal]))) {
        report.works()
        const turn = lane.turn(batch)
        await lane.store(turn, await understand(batch))
      }
    } finally {
      // Whatever ended the reading, what is under way is through before the group is joined anew; its failure goes before.
      await lane.idle()
      failed.signal.throwIfAborted()
      lost.signal.throwIfAborted()
    }
  }
}
