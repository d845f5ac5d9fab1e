import { percentile } from '../metric/exponential-histogram.ts'
import type { ExponentialHistogram } from '../metric/sample.ts'
import type { Tables } from '../store/schema.ts'
import type { Codec, MetricStore } from '../store/store.ts'
import { mergeHistograms } from './merge-histograms.ts'
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
    .select(['scale', 'count', 'sum', 'min', 'max', 'zero_count', 'bucket_offset', 'buckets'])
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

type Row = Pick<
  Tables['histogram'],
  'scale' | 'count' | 'sum' | 'min' | 'max' | 'zero_count' | 'bucket_offset' | 'buckets'
>

function toHistogram(codec: Codec, row: Row): ExponentialHistogram {
  const { min, max } = row
  return {
    scale: row.scale,
    count: Number(codec.bigintValue(row.count)),
    sum: row.sum ?? 0,
    ...(min === null ? {} : { min }),
    ...(max === null ? {} : { max }),
    zeroCount: Number(codec.bigintValue(row.zero_count)),
    offset: row.bucket_offset,
    counts: codec.wholesValue(row.buckets),
  }
}
