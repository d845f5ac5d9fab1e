import type { HistogramRow, ScrapeRow } from '../store.ts'
import { BinaryCopy, copyBytes } from './binary-copy.ts'

/** The columns in the order that `encodeScrapes` writes. */
export const scrapeColumns = ['time', 'seq', 'host_id', 'run_id', 'layout_id', 'readings'] as const

/** The columns in the order that `encodeHistograms` writes. */
export const histogramColumns = [
  'time',
  'start_time',
  'seq',
  'host_id',
  'run_id',
  'series_id',
  'scale',
  'count',
  'sum',
  'min',
  'max',
  'p50',
  'p90',
  'p95',
  'p99',
  'zero_count',
  'bucket_offset',
  'buckets',
] as const

/** Rows of `scrape` in the binary format of COPY: the whole batch in one buffer. */
export function encodeScrapes(rows: readonly ScrapeRow[]): Buffer {
  let size = copyBytes.around + rows.length * (copyBytes.row + 5 * copyBytes.field + copyBytes.array)
  for (const { readings } of rows) size += readings.length * copyBytes.element
  const copy = new BinaryCopy(size)
  for (const row of rows) {
    copy.row(scrapeColumns.length)
    copy.time(row.timeMs)
    copy.bigint(row.seq)
    copy.int(row.hostId)
    copy.int(row.runId)
    copy.int(row.layoutId)
    copy.doubles(row.readings)
  }
  return copy.end()
}

/** As `encodeScrapes`, for `histogram`. Throws StoreBadValueError for a count or scale that no column holds. */
export function encodeHistograms(rows: readonly HistogramRow[]): Buffer {
  let size = copyBytes.around + rows.length * (copyBytes.row + 17 * copyBytes.field + copyBytes.array)
  for (const { histogram } of rows) size += histogram.counts.length * copyBytes.element
  const copy = new BinaryCopy(size)
  for (const row of rows) {
    const { histogram, percentiles } = row
    copy.row(histogramColumns.length)
    copy.time(row.timeMs)
    copy.time(row.startTimeMs)
    copy.bigint(row.seq)
    copy.int(row.hostId)
    copy.int(row.runId)
    copy.int(row.seriesId)
    copy.smallint(histogram.scale)
    copy.bigint(histogram.count)
    copy.double(histogram.sum)
    copy.double(histogram.min)
    copy.double(histogram.max)
    for (let index = 0; index < 4; index++) copy.double(percentiles?.[index])
    copy.bigint(histogram.zeroCount)
    copy.int(histogram.offset)
    copy.bigints(histogram.counts)
  }
  return copy.end()
}
