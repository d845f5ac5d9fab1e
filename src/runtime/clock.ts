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
  sleep: (ms, signal) => {
    if (signal?.aborted === true) return Promise.reject<void>(signal.reason)
    return sleepUntilAborted(ms, signal)
  },
}

/** Not that of node:timers, which makes an error with its stack for each sleep that is ended, every round. */
function sleepUntilAborted(ms: number, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const onAbort = (): void => {
    clearTimeout(timer)
    reject(signal?.reason)
  }
  const begin = (leftMs: number): NodeJS.Timeout =>
    setTimeout(
      () => {
        if (leftMs > longestTimerMs) {
          timer = begin(leftMs - longestTimerMs)
          return
        }
        signal?.removeEventListener('abort', onAbort)
        resolve()
      },
      Math.min(Math.max(0, leftMs), longestTimerMs),
    )
  let timer = begin(ms)
  signal?.addEventListener('abort', onAbort, { once: true })
  return promise
}
