import { CompiledQuery, type Kysely } from 'kysely'
import type { Tables } from '../schema.ts'
import type { HistogramRow, ScrapeRow, StoreTransaction } from '../store.ts'
import { CopyRows } from './copy-rows.ts'
import { encodeHistograms, encodeScrapes, histogramColumns, scrapeColumns } from './row-encoder.ts'

/** A stored row, with the place of the asked one in its list, from 1. */
interface FoundScrape {
  readonly place: number
  readonly readings: readonly number[]
}

interface FoundHistogram {
  readonly place: number
  readonly start_time: Date
  readonly scale: number
  readonly count: string
  readonly sum: number | null
  readonly min: number | null
  readonly max: number | null
  readonly p50: number | null
  readonly p90: number | null
  readonly p95: number | null
  readonly p99: number | null
  readonly zero_count: string
  readonly bucket_offset: number
  readonly buckets: readonly string[]
}

/** The hot path: one COPY for all rows. Keys are looked up as arrays, so that their number does not change the statement. */
export function postgresWrites(sql: Kysely<Tables>, schema: string): Omit<StoreTransaction, 'sql'> {
  const copyScrapes = `copy ${schema}.scrape (${scrapeColumns.join(', ')}) from stdin (format binary)`
  const copyHistograms = `copy ${schema}.histogram (${histogramColumns.join(', ')}) from stdin (format binary)`
  const findScrapes = `select k.place::int, s.readings
    from unnest($1::int[], $2::timestamptz[], $3::int[], $4::bigint[], $5::int[])
      with ordinality k (host_id, time, run_id, seq, layout_id, place)
    join ${schema}.scrape s using (host_id, time, run_id, seq, layout_id)
    where s.time between $6 and $7`
  const findHistograms = `select k.place::int, h.start_time, h.scale, h.count, h.sum, h.min, h.max, h.p50, h.p90, h.p95, h.p99,
      h.zero_count, h.bucket_offset, h.buckets
    from unnest($1::int[], $2::timestamptz[], $3::int[], $4::bigint[], $5::int[])
      with ordinality k (host_id, time, run_id, seq, series_id, place)
    join ${schema}.histogram h using (host_id, time, run_id, seq, series_id)
    where h.time between $6 and $7`

  async function execute<Row>(text: string, parameters: readonly unknown[]): Promise<readonly Row[]> {
    const { rows } = await sql.executeQuery<Row>(CompiledQuery.raw(text, [...parameters]))
    return rows
  }

  return {
    insertScrapes: async (rows) => {
      if (rows.length > 0) await execute(copyScrapes, [new CopyRows(encodeScrapes(rows))])
    },
    insertHistograms: async (rows) => {
      if (rows.length > 0) await execute(copyHistograms, [new CopyRows(encodeHistograms(rows))])
    },
    findScrapes: async (rows) => {
      if (rows.length === 0) return []
      const found = await execute<FoundScrape>(
        findScrapes,
        keysOf(rows, ({ layoutId }) => layoutId),
      )
      return found.flatMap(({ place, readings }) => {
        const row = rows[place - 1]
        return row === undefined ? [] : [{ ...row, readings: Float64Array.from(readings) }]
      })
    },
    findHistograms: async (rows) => {
      if (rows.length === 0) return []
      const found = await execute<FoundHistogram>(
        findHistograms,
        keysOf(rows, ({ seriesId }) => seriesId),
      )
      return found.flatMap((stored) => {
        const row = rows[stored.place - 1]
        return row === undefined ? [] : [toHistogramRow(row, stored)]
      })
    },
  }
}

/** The columns of the keys, and the first and last time, which tell the partitions to look into. */
function keysOf<Row extends ScrapeRow | HistogramRow>(rows: readonly Row[], last: (row: Row) => number) {
  const times = rows.map(({ timeMs }) => timeMs)
  const ends = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))]
  return [
    rows.map(({ hostId }) => hostId),
    times.map((ms) => new Date(ms).toISOString()),
    rows.map(({ runId }) => runId),
    rows.map(({ seq }) => seq),
    rows.map(last),
    ...ends.map((ms) => new Date(ms)),
  ]
}

function toHistogramRow(key: HistogramRow, stored: FoundHistogram): HistogramRow {
  const { min, max, p50, p90, p95, p99 } = stored
  return {
    ...key,
    startTimeMs: stored.start_time.getTime(),
    histogram: {
      scale: stored.scale,
      count: Number(stored.count),
      sum: stored.sum ?? Number.NaN,
      ...(min === null ? {} : { min }),
      ...(max === null ? {} : { max }),
      zeroCount: Number(stored.zero_count),
      offset: stored.bucket_offset,
      counts: stored.buckets.map(Number),
    },
    percentiles: p50 === null || p90 === null || p95 === null || p99 === null ? undefined : [p50, p90, p95, p99],
  }
}
