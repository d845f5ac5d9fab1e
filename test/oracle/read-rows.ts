import type { Selectable } from 'kysely'
import type { HistogramTable, ScrapeTable, StoredTime } from '../../src/store/schema.ts'
import type { MetricStore } from '../../src/store/store.ts'
import { histogramText, numberText, seriesText } from './journal.ts'
import type { StoredRow, StoredRun } from './stored.ts'

const pageRows = 5000

/** All rows of `scrape` and `histogram`. */
export async function readRows(
  store: MetricStore,
  runs: ReadonlyMap<number, StoredRun>,
): Promise<readonly StoredRow[]> {
  const series = await readSeries(store)
  const layouts = await readLayouts(store, series)
  const rows: StoredRow[] = []
  const { codec } = store
  for (const table of ['scrape', 'histogram'] as const) {
    for await (const stored of pagesByTime(store, table)) {
      const { agentUid, run } = runs.get(stored.run_id) ?? { agentUid: `run_id ${stored.run_id}`, run: -1n }
      const values =
        'readings' in stored
          ? readingsOf(layouts.get(stored.layout_id) ?? [], stored.readings)
          : new Map([[series.get(stored.series_id) ?? `series_id ${stored.series_id}`, histogramOf(store, stored)]])
      const seq = Number(codec.bigintValue(stored.seq))
      rows.push({ agentUid, run, seq, timeMs: codec.timeMs(stored.time), kind: table, values })
    }
  }
  return rows
}

async function readSeries({ codec, database }: MetricStore): Promise<ReadonlyMap<number, string>> {
  const rows = await database
    .selectFrom('series')
    .innerJoin('metric', 'metric.metric_id', 'series.metric_id')
    .select(['series.series_id', 'series.attributes', 'metric.name'])
    .execute()
  return new Map(
    rows.map((row) => {
      // Written by us from Attributes.
      const attributes = codec.jsonValue(row.attributes) as Parameters<typeof seriesText>[0]['attributes']
      return [row.series_id, seriesText({ name: row.name, attributes })]
    }),
  )
}

/** Each layout's series in their order. */
async function readLayouts(
  { database }: MetricStore,
  series: ReadonlyMap<number, string>,
): Promise<ReadonlyMap<number, readonly string[]>> {
  const rows = await database.selectFrom('layout_series').selectAll().orderBy('position').execute()
  const layouts = Map.groupBy(rows, (row) => row.layout_id)
  return new Map(
    [...layouts].map(([id, of]) => [id, of.map((row) => series.get(row.series_id) ?? `series_id ${row.series_id}`)]),
  )
}

/**
 * Rows in pages of whole times, so that no page needs a key: where a key is broken and a row is there twice, both are read.
 * A page that is all of one time is asked for again, larger.
 */
async function* pagesByTime(store: MetricStore, table: 'scrape' | 'histogram') {
  const { codec } = store
  // Without a begin at first: not every database can say a time before all others.
  let after: StoredTime | undefined
  let limit = pageRows
  for (;;) {
    const page = await pageOf(store, table, after, limit)
    const last = page.at(-1)
    if (last === undefined) return
    const isAll = page.length < limit
    const lastMs = codec.timeMs(last.time)
    const whole = isAll ? page : page.filter(({ time }) => codec.timeMs(time) !== lastMs)
    yield* whole
    if (isAll) return
    const end = whole.at(-1)
    if (end === undefined) limit *= 2
    else after = end.time
  }
}

async function pageOf(
  { database }: MetricStore,
  table: 'scrape' | 'histogram',
  after: StoredTime | undefined,
  limit: number,
): Promise<readonly (Selectable<ScrapeTable> | Selectable<HistogramTable>)[]> {
  if (table === 'scrape') {
    const query = database.selectFrom('scrape').selectAll().orderBy('time').limit(limit)
    return (after === undefined ? query : query.where('time', '>', after)).execute()
  }
  const query = database.selectFrom('histogram').selectAll().orderBy('time').limit(limit)
  return (after === undefined ? query : query.where('time', '>', after)).execute()
}

function readingsOf(series: readonly string[], readings: unknown): ReadonlyMap<string, string> {
  const numbers = listOf(readings)
  const length = Math.max(series.length, numbers.length)
  return new Map(
    Array.from({ length }, (_, at) => [series[at] ?? `no series at ${at}`, numberText(numbers[at])] as const),
  )
}

interface StoredHistogram {
  readonly scale: number
  readonly count: Parameters<MetricStore['codec']['bigintValue']>[0]
  readonly sum: number | null
  readonly min: number | null
  readonly max: number | null
  readonly zero_count: Parameters<MetricStore['codec']['bigintValue']>[0]
  readonly bucket_offset: number
  readonly buckets: unknown
}

function histogramOf({ codec }: MetricStore, stored: StoredHistogram): string {
  const { scale, sum, min, max, bucket_offset: offset, buckets } = stored
  return histogramText({
    scale,
    count: Number(codec.bigintValue(stored.count)),
    sum: sum ?? Number.NaN,
    min: min ?? Number.NaN,
    max: max ?? Number.NaN,
    zeroCount: Number(codec.bigintValue(stored.zero_count)),
    offset,
    counts: listOf(buckets).map(Number),
  })
}

/** An array of the database, or JSON text where it has none. */
function listOf(stored: unknown): readonly (number | null)[] {
  const list: unknown = typeof stored === 'string' ? JSON.parse(stored) : stored
  if (Array.isArray(list)) return list
  return ArrayBuffer.isView(list) && !(list instanceof DataView) ? Array.from(list as Float64Array) : []
}
