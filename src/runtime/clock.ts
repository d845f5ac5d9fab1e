import { setTimeout as sleepFor } from 'node:timers/promises'

/** Time, as an argument: the real one here, a virtual one in tests and in the simulation. */
export interface Clock {
  /** Unix milliseconds; may step in either direction. */
  readonly now: () => number
  /** Milliseconds that only grow, from an arbitrary begin; for intervals and back-off. */
  readonly monotonic: () => number
  /** Resolves after `ms`, of which less than 0 is 0; rejects with the signal's reason as soon as it aborts. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
}

/** Node's timers hold 31 bits, 24 days, and fire at once beyond that. */
export const longestTimerMs = 2_147_483_647

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (ms, signal) => {
    try {
      for (let leftMs = Math.max(0, ms); ; leftMs -= longestTimerMs) {
        await sleepFor(Math.min(leftMs, longestTimerMs), undefined, signal === undefined ? {} : { signal })
        if (leftMs <= longestTimerMs) return
      }
    } catch (error) {
      // node:timers rejects with an AbortError of its own; callers compare with the reason they gave.
      signal?.throwIfAborted()
      throw error
    }
  },
}
