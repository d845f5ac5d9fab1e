import { isConstantSeries } from '../metric/constant-series.ts'
import type { Sample, Series } from '../metric/sample.ts'
import { mostOfInstrument } from '../metric/series-table.ts'
import type { Emit } from '../runtime/events.ts'
import { OverflowSeries } from './overflow-series.ts'

/** Series of one agent unless told otherwise. */
export const defaultSeriesLimit = 20_000

/** One that was not seen for this long gives its place to another: containers come and go. */
const forgottenAfterMs = 3_600_000
/** How often it is looked for such while there is no place. */
const sweepEveryMs = 60_000
/** Metrics that may have an overflow series; a function that gives ever new names must not make ever new ones. */
const mostOverflows = 1000
/** The name is OpenTelemetry's, "Cardinality limits" of the metrics SDK. */
const overflowKey = 'otel.metric.overflow'

/**
 * Holds an agent to a number of series, whatever its metrics return. Series beyond it share one for each metric, with
 * `otel.metric.overflow=true`; they are counted, and told once for each metric.
 */
export class SeriesLimit {
  readonly #most: number
  readonly #emit: Emit
  /** When each series was last seen, monotonic milliseconds. */
  readonly #seen = new Map<string, number>()
  /** Of those that cannot change. */
  readonly #keys = new WeakMap<Series, string>()
  readonly #overflows = new Map<string, OverflowSeries>()
  readonly #told = new Set<string>()
  #sweptMs = Number.NEGATIVE_INFINITY

  constructor(most: number, emit: Emit) {
    this.#most = most
    this.#emit = emit
  }

  /** The samples of a round as they may travel: known and admitted ones in their order, then the overflow series. */
  admit(samples: readonly Sample[], nowMs: number): readonly Sample[] {
    const admitted: Sample[] = []
    let overflowed = 0
    for (const sample of samples) {
      // An instrument that has reached its own limit brings an overflow series of its own.
      const isOverflow = sample.series.attributes[overflowKey] === true
      if (!isOverflow && this.#isAdmitted(sample, nowMs)) {
        admitted.push(sample)
        continue
      }
      overflowed++
      this.#tell(sample.series.name, isOverflow ? mostOfInstrument : this.#most)
      this.#overflowOf(sample, isOverflow)?.add(sample)
    }
    if (overflowed === 0 && this.#overflows.size === 0) return admitted
    if (overflowed > 0) this.#emit('scrape.overflow', { series: overflowed })
    return [...admitted, ...[...this.#overflows.values()].flatMap((overflow) => overflow.take())]
  }

  #isAdmitted({ series }: Sample, nowMs: number): boolean {
    const key = this.#keyOf(series)
    if (!this.#seen.has(key) && this.#seen.size >= this.#most && !this.#makeRoom(nowMs)) return false
    this.#seen.set(key, nowMs)
    return true
  }

  #keyOf(series: Series): string {
    const known = this.#keys.get(series)
    if (known !== undefined) return known
    const { name, unit, kind, attributes } = series
    const key = JSON.stringify([name, unit, kind, attributes])
    if (isConstantSeries(series)) this.#keys.set(series, key)
    return key
  }

  #makeRoom(nowMs: number): boolean {
    if (nowMs - this.#sweptMs < sweepEveryMs) return false
    this.#sweptMs = nowMs
    for (const [key, seenMs] of this.#seen) if (nowMs - seenMs > forgottenAfterMs) this.#seen.delete(key)
    return this.#seen.size < this.#most
  }

  /** Undefined where there are too many: then the sample is only counted. */
  #overflowOf({ series }: Sample, isOverflow: boolean): OverflowSeries | undefined {
    const attributes = isOverflow ? series.attributes : { [overflowKey]: true }
    const key = JSON.stringify([series.name, series.unit, series.kind, attributes])
    const known = this.#overflows.get(key)
    if (known !== undefined || this.#overflows.size >= mostOverflows) return known
    const overflow = new OverflowSeries({ ...series, attributes })
    this.#overflows.set(key, overflow)
    return overflow
  }

  #tell(metric: string, limit: number): void {
    if (this.#told.has(metric) || this.#told.size >= mostOverflows) return
    this.#told.add(metric)
    this.#emit('metric.overflow', { metric, limit })
  }
}
