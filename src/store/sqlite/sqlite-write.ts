import type { HistogramRow, ScrapeRow, StoreTransaction } from '../store.ts'
import { fromTimeText, toTimeText } from './sqlite-codec.ts'
import type { SqliteParameter, SqliteRow, SqliteValue } from './sqlite-message.ts'
import type { SqliteThread } from './sqlite-thread.ts'

const insertScrape = `INSERT INTO scrape (host_id, time, run_id, seq, layout_id, readings) VALUES (?, ?, ?, ?, ?, ?)`
const selectScrape = `SELECT readings FROM scrape WHERE host_id = ? AND time = ? AND run_id = ? AND seq = ? AND layout_id = ?`
const insertHistogram = `INSERT INTO histogram (host_id, series_id, time, run_id, seq, start_time, scale, count, sum, min, max,
  p50, p90, p95, p99, zero_count, bucket_offset, buckets) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
const selectHistogram = `SELECT * FROM histogram WHERE host_id = ? AND series_id = ? AND time = ? AND run_id = ? AND seq = ?`

/** The hot path: one message to the thread and one prepared statement, whatever the number of rows. */
export function sqliteWrites(writer: SqliteThread): Omit<StoreTransaction, 'sql'> {
  return {
    insertScrapes: async (rows) => {
      await writer.ask({ kind: 'each', sql: insertScrape, rows: rows.map((row) => [...scrapeKey(row), row.readings]) })
    },
    insertHistograms: async (rows) => {
      await writer.ask({ kind: 'each', sql: insertHistogram, rows: rows.map(histogramValues) })
    },
    findScrapes: async (rows) => {
      const found = await writer.ask({ kind: 'each', sql: selectScrape, rows: rows.map(scrapeKey) })
      return rows.flatMap((row, index) => {
        const stored = found.rows[index]
        return stored === undefined ? [] : [{ ...row, readings: readReadings(stored) }]
      })
    },
    findHistograms: async (rows) => {
      const found = await writer.ask({ kind: 'each', sql: selectHistogram, rows: rows.map(histogramKey) })
      return rows.flatMap((row, index) => {
        const stored = found.rows[index]
        return stored === undefined ? [] : [readHistogram(row, stored)]
      })
    },
  }
}

function scrapeKey(row: ScrapeRow): readonly SqliteParameter[] {
  return [row.hostId, toTimeText(row.timeMs), row.runId, row.seq, row.layoutId]
}

function histogramKey(row: HistogramRow): readonly SqliteParameter[] {
  return [row.hostId, row.seriesId, toTimeText(row.timeMs), row.runId, row.seq]
}

function histogramValues(row: HistogramRow): readonly SqliteParameter[] {
  const { histogram, percentiles } = row
  return [
    ...histogramKey(row),
    toTimeText(row.startTimeMs),
    histogram.scale,
    histogram.count,
    histogram.sum,
    histogram.min ?? null,
    histogram.max ?? null,
    ...(percentiles ?? [null, null, null, null]),
    histogram.zeroCount,
    histogram.offset,
    Float64Array.from(histogram.counts),
  ]
}

function readReadings(stored: SqliteRow): Float64Array {
  return Float64Array.from(readNumbers(stored['readings']), (reading) => reading ?? Number.NaN)
}

function readHistogram(key: HistogramRow, stored: SqliteRow): HistogramRow {
  const min = readNumber(stored['min'])
  const max = readNumber(stored['max'])
  const [p50, p90, p95, p99] = [stored['p50'], stored['p90'], stored['p95'], stored['p99']].map(readNumber)
  return {
    ...key,
    startTimeMs: fromTimeText(String(stored['start_time'])),
    histogram: {
      scale: Number(stored['scale']),
      count: Number(stored['count']),
      sum: Number(stored['sum']),
      ...(min === undefined ? {} : { min }),
      ...(max === undefined ? {} : { max }),
      zeroCount: Number(stored['zero_count']),
      offset: Number(stored['bucket_offset']),
      counts: readNumbers(stored['buckets']).map(Number),
    },
    percentiles:
      p50 === undefined || p90 === undefined || p95 === undefined || p99 === undefined
        ? undefined
        : [p50, p90, p95, p99],
  }
}

function readNumbers(json: SqliteValue | undefined): readonly (number | null)[] {
  // Written by `insertScrape` or `insertHistogram` from a Float64Array.
  return JSON.parse(String(json)) as readonly (number | null)[]
}

function readNumber(value: SqliteValue | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value)
}
