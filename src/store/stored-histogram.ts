import type { ExponentialHistogram } from '../metric/sample.ts'
import type { Tables } from './schema.ts'
import type { Codec } from './store.ts'

/** The columns of the table `histogram` that `toHistogram` reads. */
export const histogramColumns = [
  'scale',
  'count',
  'sum',
  'min',
  'max',
  'zero_count',
  'bucket_offset',
  'buckets',
] as const

/** A row of the table `histogram` as the histogram that was stored. */
export function toHistogram(
  codec: Codec,
  row: Pick<Tables['histogram'], (typeof histogramColumns)[number]>,
): ExponentialHistogram {
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
