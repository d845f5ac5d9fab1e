import type { Generated } from 'kysely'

/**
 * The tables as Kysely sees them, one type for all databases. What a column holds differs by database (a time is a Date, a
 * text, …), so such columns are `StoredTime`, `StoredJson` … and are made and read only by the store's `Codec`.
 */
export interface Tables {
  readonly host: HostTable
  readonly metric: MetricTable
  readonly series: SeriesTable
  readonly layout: LayoutTable
  readonly layout_series: LayoutSeriesTable
  readonly scrape: ScrapeTable
  readonly histogram: HistogramTable
  readonly agent_run: AgentRunTable
  readonly counter_start: CounterStartTable
  readonly ingest_gap: IngestGapTable
  readonly kafka_position: KafkaPositionTable
  readonly dead_letter: DeadLetterTable
  readonly raw_floor: RawFloorTable
  readonly rollup_dirty: RollupDirtyTable
  readonly rollup_set_aside: RollupSetAsideTable
  readonly rollup: RollupTable
  readonly histogram_rollup: HistogramRollupTable
  readonly sample: SampleView
  readonly timing: TimingView
  readonly trend: TrendView
}

declare const stored: unique symbol
/** A time as this database keeps it; opaque outside `Codec`. */
export type StoredTime = { readonly [stored]: { readonly time: true } }
/** A UUID as this database keeps it. */
export type StoredUid = { readonly [stored]: { readonly uid: true } }
/** A JSON document as this database keeps it. */
export type StoredJson = { readonly [stored]: { readonly json: true } }
/** Bytes as this database's driver takes and gives them. */
export type StoredBytes = { readonly [stored]: { readonly bytes: true } }
/** A whole number that may exceed 2^53; drivers give it as text, number or bigint. */
export type StoredBigint = { readonly [stored]: { readonly bigint: true } }

/** One agent; `agent_uid` is its identity, the name only a label. Never deleted. */
export interface HostTable {
  readonly host_id: Generated<number>
  readonly agent_uid: StoredUid
  readonly name: string
  readonly labels: StoredJson
  readonly resource: StoredJson
  readonly interval_ms: number | null
  readonly first_seen: StoredTime
  readonly last_seen: StoredTime
  /** Broker's or consumer's time minus the time of sending by the host's own clock, milliseconds. */
  readonly skew_ms: number | null
  readonly replaces: number | null
  readonly forgotten_at: StoredTime | null
}

/** A metric's name, unit and kind. */
export interface MetricTable {
  readonly metric_id: Generated<number>
  readonly name: string
  readonly unit: string
  readonly kind: string
  readonly description: string | null
}

/** A metric with its attributes, whatever the host. */
export interface SeriesTable {
  readonly series_id: Generated<number>
  readonly metric_id: number
  readonly attributes: StoredJson
  readonly attributes_hash: StoredBytes
}

/** An ordered list of series, addressed by its hash. */
export interface LayoutTable {
  readonly layout_id: Generated<number>
  readonly hash: StoredBytes
  readonly size: number
}

/** Which series stands where in a layout; positions begin at 1. */
export interface LayoutSeriesTable {
  readonly series_id: number
  readonly layout_id: number
  readonly position: number
}

/** One record of ours; written by the dialect's own hot path, read here for comparison. */
export interface ScrapeTable {
  readonly time: StoredTime
  readonly seq: StoredBigint
  readonly host_id: number
  readonly run_id: number
  readonly layout_id: number
  readonly readings: unknown
}

/** One timer's or histogram's interval. */
export interface HistogramTable {
  readonly time: StoredTime
  readonly start_time: StoredTime
  readonly seq: StoredBigint
  readonly host_id: number
  readonly run_id: number
  readonly series_id: number
  readonly scale: number
  readonly count: StoredBigint
  readonly sum: number | null
  readonly min: number | null
  readonly max: number | null
  readonly p50: number | null
  readonly p90: number | null
  readonly p95: number | null
  readonly p99: number | null
  readonly zero_count: StoredBigint
  readonly bucket_offset: number
  readonly buckets: unknown
}

/** Since when a counter of a host counts: a start after one reading and before the next is a reset. */
export interface CounterStartTable {
  readonly host_id: number
  readonly series_id: number
  readonly start_time: StoredTime
}

/** One start of one agent and how far its records have been seen. */
export interface AgentRunTable {
  readonly run_id: Generated<number>
  readonly host_id: number
  readonly run: StoredBigint
  readonly started_at: StoredTime
  readonly booted_at: StoredTime | null
  readonly high_seq: StoredBigint
}

/** Records of a run that have not arrived (`open`), will not (`lost`), or came too old to keep (`expired`). */
export interface IngestGapTable {
  readonly run_id: number
  readonly from_seq: StoredBigint
  readonly to_seq: StoredBigint
  readonly state: string
  readonly reason: string | null
  readonly noted_at: StoredTime
}

/** How far each partition has been stored, moved in the transaction of the rows. */
export interface KafkaPositionTable {
  readonly cluster: string
  readonly topic: string
  readonly partition: number
  readonly topic_id: StoredUid | null
  readonly next_offset: StoredBigint
  readonly updated_at: StoredTime
}

/** A record that could not be stored, byte for byte. */
export interface DeadLetterTable {
  readonly dead_letter_id: Generated<StoredBigint>
  readonly at: StoredTime
  readonly reason: string
  readonly error: string
  readonly cluster: string | null
  readonly topic: string | null
  readonly topic_id: StoredUid | null
  readonly partition: number | null
  readonly offset: StoredBigint | null
  readonly agent_uid: StoredUid | null
  readonly run: StoredBigint | null
  readonly seq: StoredBigint | null
  readonly key: StoredBytes | null
  readonly headers: StoredJson | null
  readonly payload: StoredBytes
}

/** One row: no raw row may be written before this time; retention moves it. `singleton` is 1 (true) by default and by check. */
export interface RawFloorTable {
  readonly singleton: Generated<unknown>
  readonly time: StoredTime
}

/** Buckets whose roll-up must be computed anew. */
export interface RollupDirtyTable {
  readonly resolution: number
  readonly host_id: number
  readonly time: StoredTime
}

/** A bucket that could not be computed or stored, and why; it does not wait. */
export interface RollupSetAsideTable {
  readonly resolution: number
  readonly host_id: number
  readonly time: StoredTime
  readonly set_aside_at: StoredTime
  readonly reason: string
}

/** One host's bucket of a coarser tier, packed like `scrape`: lists in the order of the layout. */
export interface RollupTable {
  /** Seconds. */
  readonly resolution: number
  /** The bucket's begin. */
  readonly time: StoredTime
  readonly host_id: number
  readonly layout_id: number
  readonly count: unknown
  /** Of a counter the least and the highest rate a second. */
  readonly min: unknown
  readonly max: unknown
  /** Of a counter its increase. */
  readonly sum: unknown
  readonly last: unknown
}

/** A timer's or histogram's bucket of a coarser tier. */
export interface HistogramRollupTable extends Omit<HistogramTable, 'start_time' | 'seq' | 'run_id'> {
  /** Seconds. */
  readonly resolution: number
}

/** The view a person reads; its columns are a promise. */
export interface SampleView {
  readonly time: StoredTime
  readonly host: string
  readonly metric: string
  readonly attributes: StoredJson
  readonly value: number
  readonly unit: string
  readonly kind: string
  readonly labels: StoredJson
  readonly host_id: number
  readonly series_id: number
}

/** The view of timers and histograms; its columns are a promise. */
export interface TimingView {
  readonly time: StoredTime
  readonly host: string
  readonly metric: string
  readonly attributes: StoredJson
  readonly count: StoredBigint
  readonly sum: number | null
  readonly min: number | null
  readonly max: number | null
  readonly p50: number | null
  readonly p90: number | null
  readonly p95: number | null
  readonly p99: number | null
  readonly unit: string
  readonly labels: StoredJson
  readonly host_id: number
  readonly series_id: number
}

/** The view of the tiers; its columns are a promise. */
export interface TrendView {
  readonly time: StoredTime
  /** Seconds. */
  readonly resolution: number
  readonly host: string
  readonly metric: string
  readonly attributes: StoredJson
  readonly count: StoredBigint
  readonly min: number | null
  readonly max: number | null
  /** Of a counter its rate a second. */
  readonly average: number | null
  readonly last: number
  readonly unit: string
  readonly kind: string
  readonly labels: StoredJson
  readonly host_id: number
  readonly series_id: number
}
