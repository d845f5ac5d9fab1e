import type { Tables } from '../../store/schema.ts'
import type { Codec, MetricStore } from '../../store/store.ts'
import { limits } from '../limits.ts'
import { RowBudget, slicesOf } from '../packed-rows.ts'
import { histogramColumns, toHistogram } from '../../store/stored-histogram.ts'
import type { TimingRow } from './timing-lines.ts'

/** Which timers, and when. */
export interface TimingRequest {
  /** Undefined: of all hosts. */
  readonly hostIds: readonly number[] | undefined
  readonly seriesIds: readonly number[]
  readonly fromMs: number
  readonly toMs: number
  readonly rowsPerSecond: number
}

const columns = ['host_id', 'series_id', 'time', 'p50', 'p95', 'p99', ...histogramColumns] as const

/** The intervals as they were sent. Throws LimitError where there are too many. */
export async function* readTimings(
  store: MetricStore,
  request: TimingRequest,
  budget: RowBudget = new RowBudget(limits.timingRows),
): AsyncGenerator<readonly TimingRow[]> {
  const { codec, database } = store
  const { hostIds, seriesIds } = request
  if (seriesIds.length === 0 || hostIds?.length === 0) return
  for (const { fromMs, toMs } of slicesOf(request)) {
    let query = database
      .selectFrom('histogram')
      .select([...columns, 'start_time'])
      .where('series_id', 'in', seriesIds)
      .where('time', '>=', codec.time(fromMs))
      .where('time', '<', codec.time(toMs))
      .limit(budget.limit)
    if (hostIds !== undefined) query = query.where('host_id', 'in', hostIds)
    const rows = await query.orderBy('time').execute()
    budget.spend(rows.length)
    yield rows.map((row) => toRow(codec, row, codec.timeMs(row.time) - codec.timeMs(row.start_time)))
  }
}

/** The buckets of a tier. Throws LimitError where there are too many. */
export async function* readTimingRollups(
  store: MetricStore,
  request: TimingRequest & { readonly resolution: 600 | 3600 },
  budget: RowBudget = new RowBudget(limits.timingRows),
): AsyncGenerator<readonly TimingRow[]> {
  const { codec, database } = store
  const { hostIds, seriesIds, resolution } = request
  if (seriesIds.length === 0 || hostIds?.length === 0) return
  for (const { fromMs, toMs } of slicesOf(request)) {
    let query = database
      .selectFrom('histogram_rollup')
      .select(columns)
      .where('resolution', '=', resolution)
      .where('series_id', 'in', seriesIds)
      .where('time', '>=', codec.time(fromMs))
      .where('time', '<', codec.time(toMs))
      .limit(budget.limit)
    if (hostIds !== undefined) query = query.where('host_id', 'in', hostIds)
    const rows = await query.execute()
    budget.spend(rows.length)
    yield rows.map((row) => toRow(codec, row, resolution * 1000))
  }
}

type StoredRow = Pick<Tables['histogram'], (typeof columns)[number]>

function toRow(codec: Codec, row: StoredRow, durationMs: number): TimingRow {
  const { p50, p95, p99 } = row
  return {
    hostId: row.host_id,
    seriesId: row.series_id,
    timeMs: codec.timeMs(row.time),
    durationMs,
    histogram: toHistogram(codec, row),
    p50,
    p95,
    p99,
  }
}
