import { type Kysely, sql } from 'kysely'
import { readHistogram, readReadings } from '../json-rows.ts'
import type { Tables } from '../schema.ts'
import type { HistogramRow, ScrapeRow, StoreTransaction } from '../store.ts'
import { fromTimeText, toTimeText } from '../utc-text.ts'

const insertScrape = 'INSERT INTO scrape (host_id, time, run_id, seq, layout_id, readings) VALUES '
const insertHistogram = `INSERT INTO histogram (host_id, series_id, time, run_id, seq, start_time, scale, \`count\`, \`sum\`, \`min\`, \`max\`,
  p50, p90, p95, p99, zero_count, bucket_offset, buckets) VALUES `
const scrapeKeys = ['host_id', 'time', 'run_id', 'seq', 'layout_id'] as const
const histogramKeys = ['host_id', 'series_id', 'time', 'run_id', 'seq'] as const

/** Longer statements are no faster, and cost memory on both sides. */
const statementBytes = 1_048_576
/** MySQL compares each row that it finds with the whole list, and MariaDB makes a table of a longer one. */
const rowsAsked = 100

/**
 * The hot path: statements of many rows as plain text, which is nothing but numbers and times of ours and needs no escaping.
 * Measured, a prepared statement of as many rows is no faster, and it would be kept on the server for each number of rows.
 */
export function mysqlWrites(transaction: Kysely<Tables>, maxPacketBytes: number): Omit<StoreTransaction, 'sql'> {
  // The server's limit is of the whole packet, in which a little more than the statement travels.
  const most = Math.min(statementBytes, maxPacketBytes - 1024)

  async function insert(into: string, rows: Iterable<string>): Promise<void> {
    for (const values of joined(rows, most - into.length)) await sql.raw(into + values).execute(transaction)
  }

  async function find<Key>(
    table: string,
    columns: readonly string[],
    keys: readonly Key[],
    textOf: (key: Key) => string,
  ) {
    const found: StoredRow[] = []
    for (let at = 0; at < keys.length; at += rowsAsked) {
      const rows = keys.slice(at, at + rowsAsked).map((key) => `(${textOf(key)})`)
      const query = `SELECT * FROM ${table} WHERE (${columns.join(', ')}) IN (${rows.join(',')})`
      found.push(...(await sql.raw<StoredRow>(query).execute(transaction)).rows)
    }
    return found
  }

  return {
    insertScrapes: async (rows) => insert(insertScrape, rows.map(scrapeValues)),
    insertHistograms: async (rows) => insert(insertHistogram, rows.map(histogramValues)),
    findScrapes: async (rows) => (await find('scrape', scrapeKeys, rows, scrapeKey)).map(readScrapeRow),
    findHistograms: async (rows) => (await find('histogram', histogramKeys, rows, histogramKey)).map(readHistogramRow),
  }
}

/** The rows in as few texts as are no longer than `most`, each at least one row. All are ASCII: a character is a byte. */
function* joined(rows: Iterable<string>, most: number): Generator<string> {
  let text = ''
  for (const row of rows) {
    if (text !== '' && text.length + row.length >= most) {
      yield text
      text = ''
    }
    text += text === '' ? row : `,${row}`
  }
  if (text !== '') yield text
}

function scrapeKey({ hostId, timeMs, runId, seq, layoutId }: ScrapeRow): string {
  return `${hostId},TIMESTAMP'${toTimeText(timeMs)}',${runId},${seq},${layoutId}`
}

function histogramKey({ hostId, seriesId, timeMs, runId, seq }: HistogramRow): string {
  return `${hostId},${seriesId},TIMESTAMP'${toTimeText(timeMs)}',${runId},${seq}`
}

function scrapeValues(row: ScrapeRow): string {
  return `(${scrapeKey(row)},'${numbersText(row.readings)}')`
}

function histogramValues(row: HistogramRow): string {
  const { histogram, percentiles } = row
  const numbers = [
    histogram.scale,
    histogram.count,
    histogram.sum,
    histogram.min,
    histogram.max,
    ...(percentiles ?? [undefined, undefined, undefined, undefined]),
    histogram.zeroCount,
    histogram.offset,
  ]
  const values = numbers.map((value) => value ?? 'NULL').join(',')
  return `(${histogramKey(row)},TIMESTAMP'${toTimeText(row.startTimeMs)}',${values},'${numbersText(histogram.counts)}')`
}

/** JSON writes NaN as null and every finite double with as many digits as read back to the same bits. */
function numbersText(numbers: Iterable<number>): string {
  return JSON.stringify(Array.from(numbers))
}

/** A row as the driver gives it: JSON and times as text, a great whole number as text, see `MysqlPool`. */
type StoredRow = Readonly<Record<string, string | number | null>>

function readScrapeRow(stored: StoredRow): ScrapeRow {
  return {
    timeMs: fromTimeText(String(stored['time'])),
    seq: Number(stored['seq']),
    hostId: Number(stored['host_id']),
    runId: Number(stored['run_id']),
    layoutId: Number(stored['layout_id']),
    readings: readReadings(stored),
  }
}

function readHistogramRow(stored: StoredRow): HistogramRow {
  return {
    timeMs: fromTimeText(String(stored['time'])),
    startTimeMs: fromTimeText(String(stored['start_time'])),
    seq: Number(stored['seq']),
    hostId: Number(stored['host_id']),
    runId: Number(stored['run_id']),
    seriesId: Number(stored['series_id']),
    ...readHistogram(stored),
  }
}
