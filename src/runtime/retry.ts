import type { Clock } from './clock.ts'
import type { Random } from './random.ts'

/** How long to wait between tries: doubling from `firstMs` to `mostMs`, each shortened by up to half at random. */
export interface BackOff {
  readonly firstMs: number
  readonly mostMs: number
}

/** The wait before try number `attempt` (0 is the first retry). */
export function backOffMs({ firstMs, mostMs }: BackOff, attempt: number, random: Random): number {
  const full = Math.min(mostMs, firstMs * 2 ** Math.min(attempt, 30))
  return full * (1 - random.unit() / 2)
}

/** What `retry` needs from outside. */
export interface RetryOptions {
  readonly clock: Clock
  readonly random: Random
  readonly backOff: BackOff
  readonly signal: AbortSignal
  /** Asked after each failure: try again, or throw it. */
  readonly shouldRetry: (error: unknown, attempt: number) => boolean
}

/** Calls `work` until it succeeds, for ever where `shouldRetry` says so. Rejects with the signal's reason when it aborts. */
export async function retry<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    options.signal.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      options.signal.throwIfAborted()
      if (!options.shouldRetry(error, attempt)) throw error
      await options.clock.sleep(backOffMs(options.backOff, attempt, options.random), options.signal)
    }
  }
}
