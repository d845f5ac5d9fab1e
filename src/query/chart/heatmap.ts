import type { ExponentialHistogram } from '../../metric/sample.ts'

/** How often a timer took how long: for each step of a chart the count in each bucket. */
export interface Heatmap {
  /** The buckets' upper ends, rising; the first begins at 0. */
  readonly bounds: readonly number[]
  /** By step, then by bucket. */
  readonly counts: readonly (readonly number[])[]
}

/** As many rows as can be told apart on a chart. */
const mostBuckets = 40

/** Brings histograms of whatever scales to common buckets. Null where nothing was observed. */
export function toHeatmap(steps: readonly (ExponentialHistogram | undefined)[]): Heatmap | null {
  const filled = steps.filter((step) => step !== undefined)
  if (filled.length === 0) return null
  let scale = filled.reduce((least, each) => Math.min(least, each.scale), 4)
  let span = spanAt(filled, scale)
  while (span !== undefined && span.last - span.first >= mostBuckets) span = spanAt(filled, --scale)
  const { first, last } = span ?? { first: 0, last: 0 }
  const bounds = Array.from({ length: last - first + 1 }, (_, index) => 2 ** ((first + index + 1) / 2 ** scale))
  const counts = steps.map((step) => {
    const row = bounds.map(() => 0)
    if (step === undefined) return row
    row[0] = step.zeroCount
    for (const [index, count] of step.counts.entries()) {
      const bucket = bucketAt(step, index, scale) - first
      if (count > 0) row[bucket] = (row[bucket] ?? 0) + count
    }
    return row
  })
  return { bounds, counts }
}

function bucketAt(histogram: ExponentialHistogram, index: number, scale: number): number {
  return Math.floor((histogram.offset + index) / 2 ** (histogram.scale - scale))
}

/** Undefined where all observations are zero. */
function spanAt(
  filled: readonly ExponentialHistogram[],
  scale: number,
): { readonly first: number; readonly last: number } | undefined {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const each of filled) {
    for (const [index, count] of each.counts.entries()) {
      if (count === 0) continue
      const bucket = bucketAt(each, index, scale)
      first = Math.min(first, bucket)
      last = Math.max(last, bucket)
    }
  }
  return last < first ? undefined : { first, last }
}
