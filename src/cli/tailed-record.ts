import type { Note } from '../metric/record.ts'
import type { Attributes, ExponentialHistogram } from '../metric/sample.ts'
import { describeError } from '../runtime/errors.ts'
import type { FetchedBatch, FetchedRecord } from '../runtime/network.ts'
import type { RecordDecoder } from '../wire/decode.ts'
import type { DecodedPart } from '../wire/decoded-record.ts'
import { printable } from './text/printable.ts'

/** Where a record stands on the topic. */
interface Place {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  /** The broker's time of the record, ISO 8601. */
  readonly time: string
}

/** One host's part of a record, as `tail --json` prints it. */
export interface TailedPart extends Place {
  readonly host: { readonly name: string; readonly uid: string }
  readonly run: bigint
  readonly seq: number
  /** Sent by another agent than ours. */
  readonly foreign: boolean
  readonly note?: Note
  readonly samples: readonly TailedSample[]
}

/** A record that cannot be decoded: it will be a dead letter. */
export interface TailedFault extends Place {
  readonly error: string
  readonly bytes: number
}

interface TailedSample {
  readonly name: string
  readonly kind: string
  readonly unit: string
  readonly attributes: Attributes
  readonly time: string
  /** Null where it was not a finite number. */
  readonly value?: number | null
  readonly histogram?: ExponentialHistogram
}

/** A record of the topic as it is shown: a part for each host that it speaks of, or why it cannot be decoded. */
export function tailedRecord(
  batch: FetchedBatch,
  record: FetchedRecord,
  decoder: RecordDecoder,
): readonly (TailedPart | TailedFault)[] {
  const { cluster, topic, topicId, partition } = batch
  const { offset, timestampMs } = record
  const place: Place = { topic, partition, offset, time: new Date(timestampMs).toISOString() }
  try {
    const origin = { cluster, topic, ...(topicId === undefined ? {} : { topicId }), partition, offset }
    const { parts, note } = decoder.decode({ ...record, origin })
    return parts.map((part) => Object.assign(partOf(part), place, note === undefined ? {} : { note }))
  } catch (error) {
    // Whatever is wrong with a record, the next one is shown.
    return [{ ...place, error: describeError(error), bytes: record.value.length }]
  }
}

function partOf({ host, run, seq, scrapes, histograms }: DecodedPart): Omit<TailedPart, keyof Place | 'note'> {
  const numbers = scrapes.flatMap(({ timeMs, layout, readings }) =>
    layout.series.map(({ name, kind, unit, attributes }, at): TailedSample => {
      const reading = readings[at] ?? Number.NaN
      const value = Number.isFinite(reading) ? reading : null
      return { name, kind, unit, attributes, time: new Date(timeMs).toISOString(), value }
    }),
  )
  const observed = histograms.map(({ timeMs, series: { name, kind, unit, attributes }, histogram }): TailedSample => {
    return { name, kind, unit, attributes, time: new Date(timeMs).toISOString(), histogram }
  })
  const samples = numbers.concat(observed)
  return { host: { name: host.name, uid: host.agentUid }, run: run.run, seq, foreign: run.foreign, samples }
}

/** One line for a person, safe for a terminal whatever the record says. */
export function tailLine(shown: TailedPart | TailedFault): string {
  const place = `${shown.time}  ${shown.topic}[${shown.partition}]@${shown.offset}`
  if ('error' in shown) return printable(`${place}  ✗ ${shown.bytes} bytes cannot be decoded: ${shown.error}`)
  const who = shown.host.name === '' ? shown.host.uid : shown.host.name
  const head = `${place}  ${who}  seq ${shown.seq}`
  if (shown.note !== undefined) {
    const { reason, fromSeq, toSeq, run } = shown.note
    const words =
      reason === 'run-ended'
        ? `run ${run} ended with ${toSeq}`
        : `${fromSeq} to ${toSeq} of run ${run} are lost (${reason})`
    return printable(`${head}  note: ${words}`)
  }
  const first = shown.samples.slice(0, 3).map(sampleText)
  const more = shown.samples.length > first.length ? ' …' : ''
  return printable(`${head}  ${shown.samples.length} samples  ${first.join('  ')}${more}`)
}

function sampleText({ name, attributes, value, histogram }: TailedSample): string {
  const pairs = Object.entries(attributes).map(
    ([key, text]) => `${key}=${typeof text === 'string' ? text : JSON.stringify(text)}`,
  )
  const series = pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`
  return `${series} ${histogram === undefined ? String(value) : `${histogram.count} observations`}`
}
