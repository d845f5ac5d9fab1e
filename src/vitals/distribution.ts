import { HistogramAccumulator } from '../metric/exponential-histogram.ts'
import type { ExponentialHistogram } from '../metric/sample.ts'

/** Upper borders in seconds, for readers that want fixed ones: from half a millisecond to an hour. */
export const borders: readonly number[] = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600,
]

/** Observations of seconds for two readers: one takes what came since it last did, one looks at all since the start. */
export class Distribution {
  readonly #recent = new HistogramAccumulator()
  readonly #counts = borders.map(() => 0)
  #count = 0
  #sum = 0

  /** Adds one observation, a finite number that is not negative. */
  record(seconds: number): void {
    this.#recent.record(seconds)
    this.#count++
    this.#sum += seconds
    const at = borders.findIndex((border) => seconds <= border)
    if (at >= 0) this.#counts[at] = (this.#counts[at] ?? 0) + 1
  }

  /** What came since the last `take`; undefined where nothing did. */
  take(): ExponentialHistogram | undefined {
    return this.#recent.take()
  }

  /** All since the start: how many were at most each of `borders`. */
  get total(): { readonly count: number; readonly sum: number; readonly cumulative: readonly number[] } {
    let sum = 0
    return { count: this.#count, sum: this.#sum, cumulative: this.#counts.map((count) => (sum += count)) }
  }
}
