import { systemClock, type Clock } from '../../src/runtime/clock.ts'

/** A wait of a back-off is at least this long and shorter than the longest. */
const backOff = { leastMs: 100, mostMs: 4000 }

/** A clock that counts the waits between tries, so that a test can wait for tries instead of for time. */
export class RetryClock implements Clock {
  readonly #clock: Clock
  #waits = 0
  #news = Promise.withResolvers<void>()

  constructor(clock: Clock = systemClock) {
    this.#clock = clock
  }

  now = (): number => this.#clock.now()

  monotonic = (): number => this.#clock.monotonic()

  sleep = (ms: number, signal?: AbortSignal): Promise<void> => {
    if (ms >= backOff.leastMs && ms < backOff.mostMs) {
      this.#waits++
      this.#news.resolve()
      this.#news = Promise.withResolvers()
    }
    return this.#clock.sleep(ms, signal)
  }

  /** Resolves when so many tries have failed. */
  async tries(count: number): Promise<void> {
    while (this.#waits < count) await this.#news.promise
  }
}
