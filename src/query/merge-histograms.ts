import type { ExponentialHistogram } from '../metric/sample.ts'

/** More buckets than this are made coarser: what a stranger sends may span anything. */
const mostBuckets = 1000

/** Several histograms as one, at the coarsest scale among them or below. Undefined where none has observations. */
export function mergeHistograms(histograms: readonly ExponentialHistogram[]): ExponentialHistogram | undefined {
  const filled = histograms.filter(({ count }) => count > 0)
  if (filled.length === 0) return undefined
  let scale = filled.reduce((least, each) => Math.min(least, each.scale), Number.POSITIVE_INFINITY)
  let buckets = bucketsAt(filled, scale)
  while (spanOf(buckets) > mostBuckets) buckets = bucketsAt(filled, --scale)
  const offset = buckets.size === 0 ? 0 : Math.min(...buckets.keys())
  const extremes = (key: 'min' | 'max'): readonly number[] => filled.flatMap((each) => each[key] ?? [])
  return {
    scale,
    count: total(filled.map(({ count }) => count)),
    sum: total(filled.map(({ sum }) => sum)),
    ...(extremes('min').length === 0 ? {} : { min: Math.min(...extremes('min')) }),
    ...(extremes('max').length === 0 ? {} : { max: Math.max(...extremes('max')) }),
    zeroCount: total(filled.map(({ zeroCount }) => zeroCount)),
    offset,
    counts: Array.from({ length: spanOf(buckets) }, (_, index) => buckets.get(offset + index) ?? 0),
  }
}

function spanOf(buckets: ReadonlyMap<number, number>): number {
  return buckets.size === 0 ? 0 : Math.max(...buckets.keys()) - Math.min(...buckets.keys()) + 1
}

function bucketsAt(filled: readonly ExponentialHistogram[], scale: number): ReadonlyMap<number, number> {
  const buckets = new Map<number, number>()
  for (const each of filled) {
    for (const [index, count] of each.counts.entries()) {
      if (count === 0) continue
      // Each step down in scale makes one bucket of two.
      const bucket = Math.floor((each.offset + index) / 2 ** (each.scale - scale))
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + count)
    }
  }
  return buckets
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0)
}
