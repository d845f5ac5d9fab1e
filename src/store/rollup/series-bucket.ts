import { type CounterReading, increases } from '../../metric/increase.ts'

/** What one series of one host did in one bucket. NaN: not known. */
export interface SeriesBucket {
  /** Readings; at least one. */
  readonly count: number
  /** Of a counter the least and the highest rate a second between two readings. */
  readonly min: number
  readonly max: number
  /** Of a counter by how much it grew. */
  readonly sum: number
  /** The newest reading; of a counter its total. */
  readonly last: number
}

/** The readings of one series in the order of time, as they come. */
export interface SeriesReadings {
  readonly add: (timeMs: number, value: number) => void
  /** Undefined where the bucket has no reading. */
  readonly bucket: (startsMs: readonly number[]) => SeriesBucket | undefined
}

/** A gauge's or an up-down counter's bucket from `fromMs` on; readings before it are not its. */
export class GaugeReadings implements SeriesReadings {
  readonly #fromMs: number
  #count = 0
  #min = Number.POSITIVE_INFINITY
  #max = Number.NEGATIVE_INFINITY
  #sum = 0
  #last = Number.NaN

  constructor(fromMs: number) {
    this.#fromMs = fromMs
  }

  add(timeMs: number, value: number): void {
    if (timeMs < this.#fromMs) return
    this.#count++
    this.#sum += value
    if (value < this.#min) this.#min = value
    if (value > this.#max) this.#max = value
    this.#last = value
  }

  bucket(): SeriesBucket | undefined {
    if (this.#count === 0) return undefined
    return { count: this.#count, min: this.#min, max: this.#max, sum: this.#sum, last: this.#last }
  }
}

/** A counter's bucket from `fromMs` on; the newest reading before it is where its growth begins. */
export class CounterReadings implements SeriesReadings {
  readonly #fromMs: number
  readonly #readings: CounterReading[] = []
  #former: CounterReading | undefined

  constructor(fromMs: number) {
    this.#fromMs = fromMs
  }

  /** It has readings in the bucket, and none before it is known. */
  get isWithoutFormer(): boolean {
    return this.#readings.length > 0 && this.#former === undefined
  }

  add(timeMs: number, total: number): void {
    if (timeMs >= this.#fromMs) this.#readings.push({ timeMs, total })
    // Of two at one time, as two runs of a cloned host may send them, the first counts.
    else if (this.#former === undefined || timeMs > this.#former.timeMs) this.#former = { timeMs, total }
  }

  bucket(startsMs: readonly number[]): SeriesBucket | undefined {
    const last = this.#readings.at(-1)
    if (last === undefined) return undefined
    const former = this.#former
    const found = increases(former === undefined ? this.#readings : [former, ...this.#readings], startsMs)
    let [sum, min, max] = [Number.NaN, Number.NaN, Number.NaN]
    for (const { fromMs, toMs, amount } of found) {
      // Of a counter that began earlier and has no former reading nobody knows how much of it grew here; the same goes for
      // the former reading itself.
      const isFirst = former === undefined && toMs === this.#readings[0]?.timeMs
      if (toMs < this.#fromMs || (isFirst && fromMs < this.#fromMs)) continue
      sum = Number.isNaN(sum) ? amount : sum + amount
      if (isFirst) continue
      const rate = (amount * 1000) / (toMs - fromMs)
      if (!(rate >= min)) min = rate
      if (!(rate <= max)) max = rate
    }
    return { count: this.#readings.length, min, max, sum, last: last.total }
  }
}

/** The buckets of one series as a wider one, in the order of time. */
export function mergeBuckets(buckets: readonly SeriesBucket[]): SeriesBucket | undefined {
  return buckets.reduce<SeriesBucket | undefined>((former, next) => {
    if (former === undefined) return next
    return {
      count: former.count + next.count,
      min: known(former.min, next.min, Math.min),
      max: known(former.max, next.max, Math.max),
      sum: known(former.sum, next.sum, (a, b) => a + b),
      last: next.last,
    }
  }, undefined)
}

function known(a: number, b: number, both: (a: number, b: number) => number): number {
  if (Number.isNaN(a)) return b
  return Number.isNaN(b) ? a : both(a, b)
}
