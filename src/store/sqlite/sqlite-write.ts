import { readHistogram, readReadings } from '../json-rows.ts'
import type { HistogramRow, ScrapeRow, StoreTransaction } from '../store.ts'
import { fromTimeText, toTimeText } from '../utc-text.ts'
import type { SqliteConnection, SqliteParameter } from './sqlite-message.ts'

const insertScrape = `INSERT INTO scrape (host_id, time, run_id, seq, layout_id, readings) VALUES (?, ?, ?, ?, ?, ?)`
const selectScrape = `SELECT readings FROM scrape WHERE host_id = ? AND time = ? AND run_id = ? AND seq = ? AND layout_id = ?`
const insertHistogram = `INSERT INTO histogram (host_id, series_id, time, run_id, seq, start_time, scale, count, sum, min, max,
  p50, p90, p95, p99, zero_count, bucket_offset, buckets) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
const selectHistogram = `SELECT * FROM histogram WHERE host_id = ? AND series_id = ? AND time = ? AND run_id = ? AND seq = ?`

/** The hot path: one message to the thread and one prepared statement, whatever the number of rows. */
export function sqliteWrites(writer: SqliteConnection): Omit<StoreTransaction, 'sql'> {
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
        return stored === undefined
          ? []
          : [{ ...row, startTimeMs: fromTimeText(String(stored['start_time'])), ...readHistogram(stored) }]
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
