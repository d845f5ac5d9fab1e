import type { ExponentialHistogram } from '../../metric/sample.ts'
import type { SeriesBucket } from './series-bucket.ts'

/** What one host measured in one bucket, by series. */
export interface HostBucket {
  readonly numbers: ReadonlyMap<number, SeriesBucket>
  readonly histograms: ReadonlyMap<number, ExponentialHistogram>
}

/** Which hosts' bucket, from its begin (included) to its end (excluded), Unix milliseconds. */
export interface BucketRange {
  readonly hostIds: readonly number[]
  readonly fromMs: number
  readonly toMs: number
}

/** Buckets by host, and how much was read for them. */
export interface ComputedBuckets {
  readonly buckets: ReadonlyMap<number, HostBucket>
  /** Numbers and histograms, as a measure of work. */
  readonly numbersRead: number
}

/** The entry of a map, made where there is none yet. */
export function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
