import type { Clock } from '../../src/runtime/clock.ts'

interface Sleeper {
  readonly wakesAtMs: number
  readonly wake: () => void
}

/** A clock that a test moves; sleepers wake in the order of their times. */
export class VirtualClock implements Clock {
  #nowMs: number
  #sleepers: readonly Sleeper[] = []

  constructor(startMs = 1_795_000_000_000) {
    this.#nowMs = startMs
  }

  now = (): number => this.#nowMs

  monotonic = (): number => this.#nowMs

  sleep = (ms: number, signal?: AbortSignal): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const sleeper: Sleeper = { wakesAtMs: this.#nowMs + Math.max(0, ms), wake: resolve }
    this.#sleepers = [...this.#sleepers, sleeper]
    const abort = (): void => {
      this.#sleepers = this.#sleepers.filter((each) => each !== sleeper)
      reject(signal?.reason)
    }
    if (signal?.aborted === true) abort()
    else signal?.addEventListener('abort', abort, { once: true })
    return promise
  }

  /** True while somebody waits for this clock: whoever works on something real meanwhile does not. */
  get isSleptOn(): boolean {
    return this.#sleepers.length > 0
  }

  /** Lets everything run that can, then moves time on, waking each sleeper at its moment. */
  async advance(ms: number): Promise<void> {
    const until = this.#nowMs + ms
    await settle()
    for (;;) {
      const next = this.#sleepers.toSorted((a, b) => a.wakesAtMs - b.wakesAtMs)[0]
      if (next === undefined || next.wakesAtMs > until) break
      this.#nowMs = Math.max(this.#nowMs, next.wakesAtMs)
      this.#sleepers = this.#sleepers.filter((each) => each !== next)
      next.wake()
      await settle()
    }
    this.#nowMs = until
  }
}

/** Lets every promise that can settle do so: a macrotask comes after all microtasks. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}
