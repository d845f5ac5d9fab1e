/** The kinds of metric, as they travel and as they stand in the database's `metric.kind`. Timers and histograms are `histogram`. */
export type Kind = 'gauge' | 'counter' | 'updowncounter' | 'histogram'

/** A value that an attribute may have: what OTLP's AnyValue can say and JSON can hold. Bytes arrive as base64 text. */
export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue }

/** What distinguishes two series of one metric: `{ 'cpu.mode': 'user' }`. Keys have no order. */
export type Attributes = Readonly<Record<string, AttributeValue>>

/** What a number is a number of: a metric with its attributes, on whatever host. Compared by value, never by reference. */
export interface Series {
  /** Dotted lower-case name; ours follow the OpenTelemetry semantic conventions 1.44. */
  readonly name: string
  /** UCUM unit as OpenTelemetry writes it: `By`, `s`, `1`, `{thread}`; empty where there is none. */
  readonly unit: string
  readonly kind: Kind
  readonly attributes: Attributes
  readonly description?: string
  /** True where the value is a whole number by nature; it then travels as OTLP `as_int`. */
  readonly integer?: boolean
}

/** One number of one series. The time is the scrape's, so that all samples of a round have one. */
export interface NumberSample {
  readonly series: Series
  /** Finite. What is NaN, infinite or absent is a failure of the metric and never becomes a sample. */
  readonly value: number
  /** Counters: since when the total counts, Unix milliseconds; absent where nobody knows. */
  readonly startTimeMs?: number
}

/** What a timer or histogram saw since its former reading (delta temporality). */
export interface HistogramSample {
  readonly series: Series
  readonly histogram: ExponentialHistogram
  /** Begin of the interval that the observations belong to, Unix milliseconds. */
  readonly startTimeMs: number
}

/** The one shape that crosses every room of the agent. */
export type Sample = NumberSample | HistogramSample

/**
 * A base-2 exponential histogram of non-negative observations, at most 160 buckets.
 * Bucket `i` of `counts` holds values in `(base^(offset+i), base^(offset+i+1)]` with `base = 2^(2^-scale)`.
 * Source: OpenTelemetry metrics data model, "ExponentialHistogram".
 */
export interface ExponentialHistogram {
  readonly scale: number
  readonly count: number
  readonly sum: number
  /** Absent when `count` is 0, or when a foreign agent did not send it. */
  readonly min?: number
  readonly max?: number
  /** Observations that are exactly zero. */
  readonly zeroCount: number
  readonly offset: number
  readonly counts: readonly number[]
}

/** True for the samples of timers and histograms. */
export function isHistogramSample(sample: Sample): sample is HistogramSample {
  return 'histogram' in sample
}
