import type { ArrivedRecord, Note, TopicOrigin } from '../../src/metric/record.ts'
import type { ExponentialHistogram, Series } from '../../src/metric/sample.ts'
import { crc32c } from '../../src/runtime/crc32c.ts'
import { canonicalAttributes } from '../../src/wire/series-key.ts'
import type { DecodedPart } from '../../src/wire/decoded-record.ts'
import { RecordDecoder } from '../../src/wire/decode.ts'
import { encodeMessage } from '../../src/wire/topic-message.ts'

/** What a series said at one time, as text that is equal for equal values: `12.5`, or a histogram as JSON. */
export type ValuesBySeries = ReadonlyMap<string, string>

/** What one record says about one time. */
export interface ExpectedRow {
  readonly timeMs: number
  readonly kind: 'scrape' | 'histogram'
  readonly values: ValuesBySeries
}

/** Whether the spool answered: `maybe` was intended, and the crash came before the answer. */
export type Certainty = 'accepted' | 'maybe'

/** A record of ours as the agent's side knows it. */
export interface OwnEntry {
  readonly agentUid: string
  readonly run: bigint
  readonly seq: number
  /** CRC-32C of the record's bytes. */
  readonly crc: number
  readonly certainty: Certainty
  /** Empty where the bytes hold no numbers. */
  readonly rows: readonly ExpectedRow[]
  /** The bytes cannot be understood: they have to become a dead letter. */
  readonly isUnreadable?: boolean
  /** Written after the faults stopped: it has to be stored as rows, a gap is no excuse. */
  readonly isFresh?: boolean
}

/** A record of another agent: it is known by where it stands in Kafka. */
export interface ForeignEntry {
  readonly origin: TopicOrigin
  readonly crc: number
  readonly certainty: Certainty
  /** Each host's part, under the identity that the row has; empty where the bytes cannot be understood. */
  readonly parts: readonly ForeignPart[]
}

/** What one foreign host said in a record. */
export interface ForeignPart {
  readonly agentUid: string
  readonly run: bigint
  readonly seq: number
  readonly rows: readonly ExpectedRow[]
}

/** What was accepted: the measure of what must be in the database. */
export interface Journal {
  readonly own: readonly OwnEntry[]
  readonly foreign: readonly ForeignEntry[]
}

/** What `ownEntry` is told. */
export interface AcceptedRecord {
  readonly agentUid: string
  readonly run: bigint
  readonly seq: number
  /** The OTLP bytes as given to the spool. */
  readonly value: Uint8Array
  readonly note?: Note
  readonly certainty?: Certainty
  readonly isFresh?: boolean
}

/** Makes entries from bytes; one for a whole journal, since it remembers series. */
export class JournalReader {
  readonly #decoder = new RecordDecoder()

  /** The entry of a record of ours. */
  own({ certainty = 'accepted', isFresh = false, ...record }: AcceptedRecord): OwnEntry {
    const { agentUid, run, seq, value } = record
    const { headers } = encodeMessage(record, 0)
    const parts = this.#parts({ key: undefined, headers, value, timestampMs: 0 })
    const flags = { ...(parts.length === 0 ? { isUnreadable: true } : {}), ...(isFresh ? { isFresh } : {}) }
    return { agentUid, run, seq, crc: crc32c(value), certainty, rows: parts.flatMap(rowsOfPart), ...flags }
  }

  /** The entry of a record without our header. */
  foreign(record: ArrivedRecord, origin: TopicOrigin, certainty: Certainty = 'accepted'): ForeignEntry {
    const parts = this.#parts({ ...record, origin }).map((part) => ({
      agentUid: part.host.agentUid,
      run: part.run.run,
      seq: part.seq,
      rows: rowsOfPart(part),
    }))
    return { origin, crc: crc32c(record.value), certainty, parts }
  }

  #parts(record: ArrivedRecord): readonly DecodedPart[] {
    try {
      return this.#decoder.decode(record).parts
    } catch {
      // What cannot be understood has no rows: it is expected as a dead letter.
      return []
    }
  }
}

/** The rows of one host's part. */
function rowsOfPart({ scrapes, histograms }: DecodedPart): readonly ExpectedRow[] {
  return [
    ...scrapes.map(({ timeMs, layout, readings }) => ({
      timeMs,
      kind: 'scrape' as const,
      values: new Map(layout.series.map((series, at) => [seriesText(series), numberText(readings[at])])),
    })),
    ...histograms.map(({ timeMs, series, histogram }) => ({
      timeMs,
      kind: 'histogram' as const,
      values: new Map([[seriesText(series), histogramText(histogram)]]),
    })),
  ]
}

/** Equal for equal series, and for a person to read: `load {"site":"a"}`. */
export function seriesText({ name, attributes }: Pick<Series, 'name' | 'attributes'>): string {
  return `${name} ${canonicalAttributes(attributes)}`
}

/** A number as all databases keep it: NaN is NULL, and zero has no sign. */
export function numberText(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return 'null'
  return String(value === 0 ? 0 : value)
}

/** What is compared of a histogram; percentiles follow from the rest. */
export function histogramText(histogram: ExponentialHistogram): string {
  const { scale, count, sum, min, max, zeroCount, offset, counts } = histogram
  const ends = [sum, min, max].map(numberText)
  return `count ${count}, sum min max ${ends.join(' ')}, scale ${scale}, zeros ${zeroCount}, from ${offset}: ${counts.join(' ')}`
}
