import { type BackOff, retry } from '../runtime/retry.ts'
import type { DailyUpkeepOptions } from './daily-upkeep.ts'
import { ensureSchema } from './migrate.ts'
import { StoreOutage } from './store-outage.ts'

const backOff: BackOff = { firstMs: 250, mostMs: 10_000 }

/**
 * The schema at a role's start. What a person must mend is thrown at once; a database that is away is told in one line
 * (`store.failing`) and waited for, so that a role may be started before its server.
 */
export class StartingSchema {
  readonly #options: DailyUpkeepOptions
  readonly #outage: StoreOutage
  #isReady = false

  constructor(options: DailyUpkeepOptions) {
    this.#options = options
    this.#outage = new StoreOutage(options.store, options.emit)
  }

  /** Whether the database is away, and the role waits for it. */
  get isStoreAway(): boolean {
    return this.#outage.isOn
  }

  /** Looks once. Throws StoreConfigurationError; of a database that is away it only tells. */
  async look(): Promise<void> {
    try {
      await this.#ensure()
    } catch (error) {
      if (!this.#outage.begins(error)) throw error
    }
  }

  /** Resolves when the schema is there. Throws StoreConfigurationError, and the signal's reason when it aborts. */
  async ready(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options
    if (this.#isReady) return
    const shouldRetry = (error: unknown): boolean => this.#outage.begins(error)
    await retry(() => this.#ensure(), { clock, random, backOff, signal, shouldRetry })
  }

  async #ensure(): Promise<void> {
    const { store, migrate, rawRetentionMs, clock, emit } = this.#options
    await ensureSchema(store, migrate, { nowMs: clock.now(), rawRetentionMs }, emit)
    this.#outage.ends()
    if (store.undurable !== undefined) emit('store.undurable', { store: store.label, ...store.undurable })
    this.#isReady = true
  }
}
