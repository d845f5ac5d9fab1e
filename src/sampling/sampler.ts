import type { Metric } from '../metric/metric.ts'
import { intervalOf, Scraper, type ScrapeRound, type ScraperOptions } from './scrape.ts'

/**
 * Asks metrics at their intervals, those of one interval together in one round, so that the layouts of the records stay
 * stable. Rounds stand on multiples of the interval of the wall clock and do not drift; one that is missed is skipped.
 */
export class Sampler {
  readonly #options: ScraperOptions
  readonly #scraper: Scraper

  constructor(options: ScraperOptions) {
    this.#options = options
    this.#scraper = new Scraper(options)
  }

  /**
   * Samples until the signal aborts; the first round comes at once. `onRound` is awaited before the next of that interval.
   * What the metrics hold open is given back at the end.
   */
  async run(signal: AbortSignal, onRound: (round: ScrapeRound) => Promise<void>): Promise<void> {
    const byInterval = Map.groupBy(this.#options.metrics, (metric) => intervalOf(metric, this.#options.intervalMs))
    try {
      await Promise.all(
        [...byInterval].map(([intervalMs, metrics]) => this.#runInterval(intervalMs, metrics, signal, onRound)),
      )
    } finally {
      for (const { close } of this.#options.metrics) close?.()
    }
  }

  /** What the application's instruments hold, for the last record of a run; undefined where there is none of them. */
  async lastRound(): Promise<ScrapeRound | undefined> {
    const instruments = this.#options.metrics.filter(({ isInstrument }) => isInstrument === true)
    return instruments.length === 0 ? undefined : this.#scraper.scrape(instruments, new AbortController().signal)
  }

  /** One round over all metrics. */
  scrapeOnce(signal: AbortSignal): Promise<ScrapeRound> {
    return this.#scraper.scrape(this.#options.metrics, signal)
  }

  async #runInterval(
    intervalMs: number,
    metrics: readonly Metric[],
    signal: AbortSignal,
    onRound: (round: ScrapeRound) => Promise<void>,
  ): Promise<void> {
    const { clock, emit } = this.#options
    // The monotonic time of the next multiple of the interval; the wall clock may step, the rounds go on.
    let dueMs = clock.monotonic() + intervalMs - (clock.now() % intervalMs)
    while (!signal.aborted) {
      await onRound(await this.#scraper.scrape(metrics, signal))
      const missed = Math.floor((clock.monotonic() - dueMs) / intervalMs) + 1
      if (missed > 0) {
        emit('scrape.skipped', { missedRounds: missed })
        dueMs += missed * intervalMs
      }
      try {
        await clock.sleep(dueMs - clock.monotonic(), signal)
      } catch {
        // The only thing that ends a sleep early is the signal: the run is over.
        return
      }
      dueMs += intervalMs
    }
  }
}
