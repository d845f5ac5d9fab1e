import { systemClock, type Clock } from '../../src/runtime/clock.ts'

/** Waits between two tries are in this range and never a round number; other waits of the roles are. */
const backOff = { leastMs: 125, mostMs: 10_000 }
/** How long such a wait takes in a test. */
const mostWaitMs = 400

/** A clock that counts the waits between tries and shortens the long ones, so that a test waits for tries instead of for time. */
export class RetryClock implements Clock {
  readonly #clock: Clock
  readonly #mostWaitMs: number
  #waits = 0
  #news = Promise.withResolvers<void>()

  /** A clock that a test moves by itself has no need of shorter waits. */
  constructor(clock?: Clock) {
    this.#clock = clock ?? systemClock
    this.#mostWaitMs = clock === undefined ? mostWaitMs : Infinity
  }

  now = (): number => this.#clock.now()

  monotonic = (): number => this.#clock.monotonic()

  sleep = (ms: number, signal?: AbortSignal): Promise<void> => {
    if (ms < backOff.leastMs || ms > backOff.mostMs || ms % 100 === 0) return this.#clock.sleep(ms, signal)
    this.#waits++
    this.#news.resolve()
    this.#news = Promise.withResolvers()
    return this.#clock.sleep(Math.min(ms, this.#mostWaitMs), signal)
  }

  /** Resolves when so many tries have failed. */
  async tries(count: number): Promise<void> {
    while (this.#waits < count) await this.#news.promise
  }
}
