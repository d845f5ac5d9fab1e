import { StoreConfigurationError } from '../runtime/errors.ts'
import type { FetchedBatch, LogReader } from '../runtime/network.ts'
import { retry } from '../runtime/retry.ts'
import type { Seams } from '../runtime/seams.ts'
import type { FailureReport } from './failure-report.ts'

/** What became of a batch: stored, or refused because the database stands at another offset. */
export type BatchOutcome = { readonly outcome: 'stored' } | { readonly outcome: 'stale'; readonly nextOffset: bigint }

/** What a subscriber is made of. */
export interface SubscriberOptions {
  readonly reader: LogReader
  readonly report: FailureReport
  readonly seams: Seams
  /** Prepares the topic; called before each time the group is joined. */
  readonly prepare: () => Promise<void>
  /** Stores a batch; what it throws ends the subscriber, so that nothing behind it is stored. */
  readonly store: (batch: FetchedBatch) => Promise<BatchOutcome>
}

const backOff = { firstMs: 250, mostMs: 10_000 }

/** Hands batches to the database one after the other: the next is fetched when the former is stored. */
export class Subscriber {
  readonly #options: SubscriberOptions

  constructor(options: SubscriberOptions) {
    this.#options = options
  }

  /**
   * Runs until the signal aborts, `store` throws, or a person must mend the database (StoreConfigurationError); a failing
   * broker is retried for ever and told once.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { seams, report } = this.#options
    const stored = { failure: undefined as { readonly error: unknown } | undefined }
    await retry(() => this.#read(signal, stored), {
      ...seams,
      backOff,
      signal,
      shouldRetry: (error) => {
        // Where the database stands is asked for at each assignment: what a person must mend there ends the role as well.
        if (stored.failure !== undefined || error instanceof StoreConfigurationError) return false
        report.failed(error)
        return true
      },
    })
  }

  async #read(signal: AbortSignal, stored: { failure: { readonly error: unknown } | undefined }): Promise<void> {
    const { reader, report, store, prepare } = this.#options
    await prepare()
    for await (const batch of reader.batches(signal)) {
      report.works()
      let outcome: BatchOutcome
      try {
        outcome = await store(batch)
      } catch (error) {
        stored.failure = { error }
        throw error
      }
      if (outcome.outcome === 'stale') await reader.seek(batch.topic, batch.partition, outcome.nextOffset)
      else reader.commit(batch)
    }
  }
}
