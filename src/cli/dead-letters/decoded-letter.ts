import type { ArrivedRecord } from '../../metric/record.ts'
import type { Attributes } from '../../metric/sample.ts'
import { describeError } from '../../runtime/errors.ts'
import { RecordDecoder } from '../../wire/decode.ts'
import type { DecodedPart } from '../../wire/decoded-record.ts'
import { decodeHeader, identityHeader } from '../../wire/header.ts'

/** One number or timer of a record, as a person reads it. */
export interface LetterSample {
  readonly time: string
  readonly metric: string
  readonly attributes: Attributes
  /** A timer's is how many observations it has; null where it is missing. */
  readonly value: number | null
  readonly unit: string
}

/** What of a record can be understood. */
export interface DecodedLetter {
  /** What its header says: who sent it and when. */
  readonly sender: {
    readonly agentUid: string
    readonly run: string
    readonly seq: number
    readonly sentAt: string
  } | null
  readonly hosts: readonly {
    readonly name: string
    readonly agentUid: string
    readonly samples: readonly LetterSample[]
  }[]
  /** Why no more of it can be understood. */
  readonly error: string | null
}

/** Decodes a dead letter as far as it goes. Never throws: that it cannot be decoded is why it is one. */
export function decodeLetter(record: ArrivedRecord): DecodedLetter {
  const sender = senderOf(record)
  try {
    const { parts } = new RecordDecoder().decode(record)
    const hosts = parts.map((part) => ({
      name: part.host.name,
      agentUid: part.host.agentUid,
      samples: samplesOf(part),
    }))
    return { sender, hosts, error: null }
  } catch (error) {
    return { sender, hosts: [], error: describeError(error) }
  }
}

function senderOf({ headers }: ArrivedRecord): DecodedLetter['sender'] {
  const header = headers.get(identityHeader)
  if (header === undefined) return null
  try {
    const { agentUid, run, seq, sentAtMs } = decodeHeader(header)
    return { agentUid, run: String(run), seq, sentAt: timeText(sentAtMs) }
  } catch {
    // The header is what is wrong; the bytes are shown beside.
    return null
  }
}

function samplesOf({ scrapes, histograms }: DecodedPart): readonly LetterSample[] {
  const numbers = scrapes.flatMap(({ timeMs, layout, readings }) =>
    layout.series.map(({ name, attributes, unit }, index) => {
      const value = readings[index] ?? Number.NaN
      return { time: timeText(timeMs), metric: name, attributes, value: Number.isNaN(value) ? null : value, unit }
    }),
  )
  const timers = histograms.map(({ timeMs, series, histogram }) => ({
    time: timeText(timeMs),
    metric: series.name,
    attributes: series.attributes,
    value: histogram.count,
    unit: '{observation}',
  }))
  return [...numbers, ...timers]
}

/** A record may claim any time at all. */
function timeText(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : `${ms} ms`
}
