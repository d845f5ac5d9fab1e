import type { ExponentialHistogram } from './sample.ts'

/** The buckets that a histogram of ours has at most. Source: OpenTelemetry SDK, "Base2 Exponential Bucket Histogram Aggregation". */
export const mostBuckets = 160
const finestScale = 20
const coarsestScale = -10

/** Collects observations into at most 160 buckets, as fine as their range allows; halves its resolution when it grows. */
export class HistogramAccumulator {
  #scale = finestScale
  #offset = 0
  #counts: number[] = []
  #count = 0
  #sum = 0
  #zeroCount = 0
  #min = Infinity
  #max = -Infinity

  /** Adds one observation, a finite number that is not negative. */
  record(value: number): void {
    this.#count++
    this.#sum += value
    this.#min = Math.min(this.#min, value)
    this.#max = Math.max(this.#max, value)
    if (value === 0) this.#zeroCount++
    else this.#increment(value)
  }

  /** What was collected since the last `take`, and begins anew; undefined when nothing was. */
  take(): ExponentialHistogram | undefined {
    if (this.#count === 0) return undefined
    const taken: ExponentialHistogram = {
      scale: this.#scale,
      count: this.#count,
      sum: this.#sum,
      min: this.#min,
      max: this.#max,
      zeroCount: this.#zeroCount,
      offset: this.#offset,
      counts: this.#counts,
    }
    this.#scale = finestScale
    this.#counts = []
    this.#offset = this.#count = this.#sum = this.#zeroCount = 0
    this.#min = Infinity
    this.#max = -Infinity
    return taken
  }

  #increment(value: number): void {
    let index = bucketIndex(value, this.#scale)
    while (!this.#fits(index) && this.#scale > coarsestScale) {
      this.#halve()
      index = bucketIndex(value, this.#scale)
    }
    if (this.#counts.length === 0) this.#offset = index
    while (index < this.#offset) {
      this.#counts.unshift(0)
      this.#offset--
    }
    while (index >= this.#offset + this.#counts.length) this.#counts.push(0)
    this.#counts[index - this.#offset] = (this.#counts[index - this.#offset] ?? 0) + 1
  }

  #fits(index: number): boolean {
    if (this.#counts.length === 0) return true
    const lowest = Math.min(index, this.#offset)
    const highest = Math.max(index, this.#offset + this.#counts.length - 1)
    return highest - lowest < mostBuckets
  }

  #halve(): void {
    const offset = Math.floor(this.#offset / 2)
    const counts: number[] = []
    this.#counts.forEach((count, at) => {
      const target = Math.floor((this.#offset + at) / 2) - offset
      while (counts.length <= target) counts.push(0)
      counts[target] = (counts[target] ?? 0) + count
    })
    this.#offset = offset
    this.#counts = counts
    this.#scale--
  }
}

/** The bucket that holds a positive value: `base^index < value <= base^(index+1)`. Source: OpenTelemetry data model. */
export function bucketIndex(value: number, scale: number): number {
  return Math.ceil(Math.log2(value) * 2 ** scale) - 1
}
