import { mergeHistograms } from '../../metric/merge-histograms.ts'
import { percentile } from '../../metric/percentile.ts'
import type { MetricStore } from '../../store/store.ts'
import { histogramColumns, toHistogram } from '../../store/stored-histogram.ts'
import { recentMs } from './recent-activity.ts'

/** How long records took from the sample's time to the committed row, seconds. */
export interface IngestLatency {
  readonly records: number
  readonly p50: number
  readonly p99: number
}

const latencyMetric = 'hostvitals.ingest.latency'
/** Each consumer tells one row an interval; a fleet of consumers is not this large. */
const mostRows = 20_000

/** Of the last minutes, over all consumers; undefined where none tells it. */
export async function readIngestLatency(
  { codec, database }: MetricStore,
  nowMs: number,
): Promise<IngestLatency | undefined> {
  const series = await database
    .selectFrom('series')
    .innerJoin('metric', 'metric.metric_id', 'series.metric_id')
    .select('series.series_id')
    .where('metric.name', '=', latencyMetric)
    .where('metric.unit', '=', 's')
    .execute()
  if (series.length === 0) return undefined
  const rows = await database
    .selectFrom('histogram')
    .select(histogramColumns)
    .where('time', '>=', codec.time(nowMs - recentMs))
    .where('time', '<', codec.time(nowMs))
    .where(
      'series_id',
      'in',
      series.map((each) => each.series_id),
    )
    .limit(mostRows)
    .execute()
  const merged = mergeHistograms(rows.map((row) => toHistogram(codec, row)))
  const p50 = merged && percentile(merged, 0.5)
  const p99 = merged && percentile(merged, 0.99)
  if (merged === undefined || p50 === undefined || p99 === undefined) return undefined
  return { records: merged.count, p50, p99 }
}
