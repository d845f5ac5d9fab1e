import type { HistogramRow, ScrapeRow } from '../store.ts'

/** The row's key as text: the same key is the same row, whatever database. */
export function scrapeKey({ hostId, timeMs, runId, seq, layoutId }: ScrapeRow): string {
  return `${hostId}/${timeMs}/${runId}/${seq}/${layoutId}`
}

/** As with `scrapeKey`. */
export function histogramKey({ hostId, seriesId, timeMs, runId, seq }: HistogramRow): string {
  return `${hostId}/${seriesId}/${timeMs}/${runId}/${seq}`
}

/** True when two rows of one key say the same. The sign of zero is not kept by every database and not compared. */
export function equalScrapes(a: ScrapeRow, b: ScrapeRow): boolean {
  return equalNumbers(a.readings, b.readings)
}

/** As with `equalScrapes`; percentiles follow from the rest. */
export function equalHistograms(a: HistogramRow, b: HistogramRow): boolean {
  const [one, other] = [a.histogram, b.histogram]
  return (
    a.startTimeMs === b.startTimeMs &&
    one.scale === other.scale &&
    one.count === other.count &&
    one.sum === other.sum &&
    one.min === other.min &&
    one.max === other.max &&
    one.zeroCount === other.zeroCount &&
    one.offset === other.offset &&
    equalNumbers(one.counts, other.counts)
  )
}

function equalNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false
  for (let index = 0; index < a.length; index++) {
    const [one, other] = [a[index], b[index]]
    if (one !== other && !(Number.isNaN(one) && Number.isNaN(other))) return false
  }
  return true
}
