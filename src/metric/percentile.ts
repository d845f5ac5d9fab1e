import type { ExponentialHistogram } from './sample.ts'

/** The percentiles that are computed wherever a histogram is kept: p50, p90, p95 and p99. */
export const keptShares = [0.5, 0.9, 0.95, 0.99] as const

/**
 * The observation below or at which the share `q` (0 to 1) of the observations lies, told to within its bucket: the point
 * of the bucket that is equally far from both borders by ratio of the value, held within min and max. Its relative error
 * is at most `(base - 1) / (base + 1)` with `base = 2^(2^-scale)`, see `errorBound`. Undefined for an empty histogram.
 */
export function percentile(histogram: ExponentialHistogram, q: number): number | undefined {
  if (histogram.count === 0) return undefined
  const rank = Math.max(1, Math.ceil(q * histogram.count))
  // The least and the largest are kept as they were.
  if (rank >= histogram.count && histogram.max !== undefined) return histogram.max
  if (rank === 1 && histogram.min !== undefined) return histogram.min
  let seen = histogram.zeroCount
  if (rank <= seen) return 0
  for (const [at, count] of histogram.counts.entries()) {
    seen += count
    if (seen >= rank) return heldWithin(histogram, middleOf(histogram.offset + at, histogram.scale))
  }
  return histogram.max
}

/** p50, p90, p95 and p99; undefined for an empty histogram. */
export function percentilesOf(
  histogram: ExponentialHistogram,
): readonly [p50: number, p90: number, p95: number, p99: number] | undefined {
  const [p50, p90, p95, p99] = keptShares.map((share) => percentile(histogram, share))
  if (p50 === undefined || p90 === undefined || p95 === undefined || p99 === undefined) return undefined
  return [p50, p90, p95, p99]
}

/** How far a percentile of this scale is from the exact one at most, as a share of the exact one: 0.0027 at scale 7. */
export function errorBound(scale: number): number {
  const base = 2 ** (2 ** -scale)
  // (base - 1) / (base + 1), also where the base is beyond what a double can hold.
  return Number.isFinite(base) ? (base - 1) / (base + 1) : 1
}

/** Where the relative error to both borders is the same: `2 * lower * upper / (lower + upper)`. */
function middleOf(index: number, scale: number): number {
  const lower = 2 ** (index / 2 ** scale)
  return (2 * lower) / (1 + 2 ** -(2 ** -scale))
}

/** A foreign histogram may have no min and max, and buckets where no finite number lies. */
function heldWithin({ min = 0, max = Number.MAX_VALUE }: ExponentialHistogram, value: number): number {
  return Math.max(min, Math.min(value, max))
}
