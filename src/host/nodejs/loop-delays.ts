import { HistogramAccumulator } from '../../metric/exponential-histogram.ts'
import { percentile } from '../../metric/percentile.ts'
import type { Clock } from '../../runtime/clock.ts'

/** What the event loop's timer was late by, seconds. */
export type LoopDelays = Readonly<Record<'min' | 'max' | 'mean' | 'stddev' | 'p50' | 'p90' | 'p99', number>>

// A timer of 20 ms costs an idle agent 2.6 ms of processor time a second, one of 100 ms 1.0: measured. A delay that matters is longer.
const everyMs = 250

/**
 * Watches how late a timer comes, as `perf_hooks.monitorEventLoopDelay` does; its histogram of 200 kB took longer to be read than
 * all that this does. The least, the greatest, the mean and the deviation are exact, percentiles to within a bucket of ours.
 */
export class LoopDelayWatch {
  readonly #timer: NodeJS.Timeout
  readonly #late = new HistogramAccumulator()
  #squares = 0
  readonly #monotonic: Clock['monotonic']
  #formerMs: number

  /** Begins to watch; that alone keeps no process alive. The clock is that of the timer, milliseconds. */
  constructor(monotonic: Clock['monotonic']) {
    this.#monotonic = monotonic
    this.#formerMs = monotonic()
    this.#timer = setInterval(() => this.#look(), everyMs).unref()
  }

  /** Since the former call; undefined where nothing was measured. */
  take(): LoopDelays | undefined {
    const late = this.#late.take()
    const squares = this.#squares
    this.#squares = 0
    if (late === undefined) return undefined
    const { count, sum, min = 0, max = 0 } = late
    const mean = sum / count
    const at = (share: number): number => percentile(late, share) ?? max
    // Rounding may bring what is none below it.
    const stddev = Math.sqrt(Math.max(0, squares / count - mean * mean))
    return { min, max, mean, stddev, p50: at(0.5), p90: at(0.9), p99: at(0.99) }
  }

  /** Ends it. */
  close(): void {
    clearInterval(this.#timer)
  }

  /** What is measured is the time between two turns of the timer. */
  #look(): void {
    const nowMs = this.#monotonic()
    const late = Math.max(0, nowMs - this.#formerMs - everyMs) / 1000
    this.#formerMs = nowMs
    this.#late.record(late)
    this.#squares += late * late
  }
}
