import type { Note } from '../metric/record.ts'
import type { Attributes, ExponentialHistogram, Series } from '../metric/sample.ts'

/**
 * An ordered list of series. A decoder gives records that differ only in their numbers the same `Layout` object, so that
 * a store may keep ids in a WeakMap; two objects of equal `hash` are equal.
 */
export interface Layout {
  /** SHA-256 over the canonical series, cut to 16 bytes, as 32 hexadecimal digits. */
  readonly hash: string
  readonly series: readonly Series[]
}

/** The numbers of one layout at one time: one row of `scrape`. */
export interface DecodedScrape {
  readonly timeMs: number
  readonly layout: Layout
  /** By the layout's order; NaN is a missing value and becomes NULL. At most 200. */
  readonly readings: Float64Array
  /** By the layout's order: since when each counter counts, Unix milliseconds, 0 where it does not say; absent where none does. */
  readonly startTimesMs?: Float64Array
}

/** One row of `histogram`. */
export interface DecodedHistogram {
  readonly timeMs: number
  readonly startTimeMs: number
  readonly series: Series
  readonly histogram: ExponentialHistogram
}

/** Who sent a record: our agent by its header's uid, a foreign one by a hash of what it says of itself. */
export interface DecodedHost {
  readonly agentUid: string
  /** Empty in a note, which tells only the uid. */
  readonly name: string
  /** `host.labels` of the producer's configuration; empty for foreign hosts. */
  readonly labels: Attributes
  /** The OpenTelemetry resource attributes, labels excluded. */
  readonly resource: Attributes
  readonly intervalMs?: number
  /** The host that this one took the place of (a copied disk). */
  readonly replacesUid?: string
}

/** Which start of which agent a record belongs to. */
export interface DecodedRun {
  readonly run: bigint
  /** Foreign runs have no watermark and open no gaps. */
  readonly foreign: boolean
  /** Unix milliseconds; for a foreign run the first record's time. */
  readonly startedAtMs: number
  readonly bootedAtMs?: number
}

/** One host's part of a record. Ours have exactly one part; a foreign record may speak of several hosts. */
export interface DecodedPart {
  readonly host: DecodedHost
  readonly run: DecodedRun
  readonly seq: number
  readonly scrapes: readonly DecodedScrape[]
  readonly histograms: readonly DecodedHistogram[]
}

/** A record that was understood. */
export interface DecodedRecord {
  readonly parts: readonly DecodedPart[]
  /** Of our own agents: a tombstone or the end of a former run. Its `host` and speaking run are in `parts[0]`. */
  readonly note?: Note
  /** When the agent handed it to the network, Unix milliseconds; for skew. */
  readonly sentAtMs?: number
  /** Values that arrived as NaN or infinite and are stored as NULL. */
  readonly notFinite: number
  /** Of each whole number beyond 2^53, which is kept as the nearest double, its series. */
  readonly inexact: readonly Series[]
  /** Metrics of a kind the schema does not have (summaries, bucket histograms), dropped and counted. */
  readonly unsupported: number
}
