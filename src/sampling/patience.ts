import type { Clock } from '../runtime/clock.ts'

/** How long a round waits for its metrics. */
export class Patience {
  /** Aborts when it is over, when the round is, and when the agent stops. */
  readonly signal: AbortSignal
  /** Rejects when it is over; stays open when the round ends first. */
  readonly over: Promise<never>
  readonly #stop = new AbortController()
  readonly #agent: AbortSignal
  readonly #onStop = (): void => this.#stop.abort(this.#agent.reason)
  #isOver = false

  /** Begins now. */
  constructor(clock: Clock, timeoutMs: number, signal: AbortSignal) {
    const { promise, reject } = Promise.withResolvers<never>()
    this.over = promise
    this.signal = this.#stop.signal
    this.#agent = signal
    // Not AbortSignal.any, which keeps a weak reference for each round.
    if (signal.aborted) this.#onStop()
    else signal.addEventListener('abort', this.#onStop, { once: true })
    clock.sleep(timeoutMs, this.#stop.signal).then(
      () => this.#expire(new Error(`it timed out after ${timeoutMs} ms`), reject),
      // The metrics were faster: nothing is left to wait for.
      () => undefined,
    )
    // Where nobody waits any more, it may end unheard.
    promise.catch(() => undefined)
  }

  /** Whether it ended before the round did. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** The round is over: what still reads is told. */
  end(): void {
    this.#agent.removeEventListener('abort', this.#onStop)
    this.#stop.abort(roundIsOver)
  }

  #expire(error: Error, reject: (error: Error) => void): void {
    this.#isOver = true
    this.#stop.abort(error)
    reject(error)
  }
}

const roundIsOver = new Error('the round is over')
