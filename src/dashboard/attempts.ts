import type { Clock } from '../runtime/clock.ts'

const mostFailures = 5
const windowMs = 60_000
const mostPeers = 10_000

/** Counts wrong tokens by who sent them: after five within a minute that address waits for the minute to end. */
export class Attempts {
  readonly #clock: Clock
  readonly #failures = new Map<string, { readonly sinceMs: number; readonly count: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** How long this address must wait, milliseconds; 0 where it may try. */
  waitMs(peer: string): number {
    const failures = this.#failures.get(peer)
    if (failures === undefined) return 0
    const leftMs = failures.sinceMs + windowMs - this.#clock.monotonic()
    if (leftMs <= 0) this.#failures.delete(peer)
    return leftMs > 0 && failures.count >= mostFailures ? leftMs : 0
  }

  fail(peer: string): void {
    const former = this.#failures.get(peer)
    const nowMs = this.#clock.monotonic()
    const isOver = former === undefined || nowMs - former.sinceMs >= windowMs
    this.#failures.delete(peer)
    this.#failures.set(peer, isOver ? { sinceMs: nowMs, count: 1 } : { ...former, count: former.count + 1 })
    // The one that failed first is forgotten first, so that strangers cannot fill the memory.
    const [oldest] = this.#failures.keys()
    if (this.#failures.size > mostPeers && oldest !== undefined) this.#failures.delete(oldest)
  }
}
