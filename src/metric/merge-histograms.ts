import { mostBuckets } from './exponential-histogram.ts'
import type { ExponentialHistogram } from './sample.ts'

/**
 * Several histograms as one: at the coarsest scale among them, or as much below as keeps it within 160 buckets. It is exact:
 * every observation is counted in the bucket that it would be in had all been observed by one of that scale, so that the
 * order and the grouping of merges make no difference (but to the last digit of the sum). Undefined where none has
 * observations.
 */
export function mergeHistograms(histograms: readonly ExponentialHistogram[]): ExponentialHistogram | undefined {
  const filled = histograms.filter(({ count }) => count > 0)
  if (filled.length === 0) return undefined
  let scale = filled.reduce((least, each) => Math.min(least, each.scale), Number.POSITIVE_INFINITY)
  let buckets = bucketsAt(filled, scale)
  while (spanOf(buckets).length > mostBuckets) {
    buckets = halved(buckets)
    scale--
  }
  const { offset, length } = spanOf(buckets)
  const min = extremeOf(filled, 'min', Math.min)
  const max = extremeOf(filled, 'max', Math.max)
  return {
    scale,
    count: total(filled.map(({ count }) => count)),
    sum: total(filled.map(({ sum }) => sum)),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    zeroCount: total(filled.map(({ zeroCount }) => zeroCount)),
    offset,
    counts: Array.from({ length }, (_, index) => buckets.get(offset + index) ?? 0),
  }
}

/** Unknown where one does not tell its own: what the others tell would be no bound of all. */
function extremeOf(
  filled: readonly ExponentialHistogram[],
  key: 'min' | 'max',
  choose: (a: number, b: number) => number,
): number | undefined {
  return filled
    .map((each) => each[key])
    .reduce((a, b) => (a === undefined || b === undefined ? undefined : choose(a, b)))
}

function spanOf(buckets: ReadonlyMap<number, number>): { readonly offset: number; readonly length: number } {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const index of buckets.keys()) {
    least = Math.min(least, index)
    most = Math.max(most, index)
  }
  return buckets.size === 0 ? { offset: 0, length: 0 } : { offset: least, length: most - least + 1 }
}

function bucketsAt(filled: readonly ExponentialHistogram[], scale: number): ReadonlyMap<number, number> {
  const buckets = new Map<number, number>()
  for (const each of filled) {
    const width = 2 ** (each.scale - scale)
    for (const [index, count] of each.counts.entries()) {
      if (count > 0) add(buckets, Math.floor((each.offset + index) / width), count)
    }
  }
  return buckets
}

/** Each step down in scale makes one bucket of two. */
function halved(buckets: ReadonlyMap<number, number>): ReadonlyMap<number, number> {
  const wider = new Map<number, number>()
  for (const [index, count] of buckets) add(wider, Math.floor(index / 2), count)
  return wider
}

function add(buckets: Map<number, number>, index: number, count: number): void {
  buckets.set(index, (buckets.get(index) ?? 0) + count)
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0)
}
