import { StoreUnavailableError } from '../runtime/errors.ts'
import { type BackOff, retry } from '../runtime/retry.ts'
import type { DailyUpkeepOptions } from './daily-upkeep.ts'
import { ensureSchema } from './migrate.ts'
import { tellFailing } from './tell-failing.ts'

const backOff: BackOff = { firstMs: 250, mostMs: 10_000 }

/**
 * The schema at a role's start. What a person must mend is thrown at once; a database that is away is told in one line
 * (`store.failing`) and waited for, so that a role may be started before its server.
 */
export class StartingSchema {
  readonly #options: DailyUpkeepOptions
  #isReady = false
  #isFailing = false

  constructor(options: DailyUpkeepOptions) {
    this.#options = options
  }

  /** Looks once. Throws StoreConfigurationError; of a database that is away it only tells. */
  async look(): Promise<void> {
    try {
      await this.#ensure()
    } catch (error) {
      if (!this.#isAway(error)) throw error
    }
  }

  /** Resolves when the schema is there. Throws StoreConfigurationError, and the signal's reason when it aborts. */
  async ready(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options
    if (this.#isReady) return
    await retry(() => this.#ensure(), { clock, random, backOff, signal, shouldRetry: (error) => this.#isAway(error) })
  }

  async #ensure(): Promise<void> {
    const { store, migrate, rawRetentionMs, clock, emit } = this.#options
    await ensureSchema(store, migrate, { nowMs: clock.now(), rawRetentionMs }, emit)
    if (this.#isFailing) emit('store.recovered', { store: store.label })
    this.#isReady = true
  }

  #isAway(error: unknown): boolean {
    if (!(error instanceof StoreUnavailableError)) return false
    const { store, emit } = this.#options
    if (!this.#isFailing) tellFailing(store, error, emit)
    this.#isFailing = true
    return true
  }
}
