import type { ExponentialHistogram, Series } from '../metric/sample.ts'
import { RecordError } from '../runtime/errors.ts'
import type { DecodedHistogram } from './decoded-record.ts'
import { limits } from './limits.ts'
import type { ProtobufReader } from './protobuf-reader.ts'

// Source: opentelemetry-proto, metrics/v1/metrics.proto, ExponentialHistogramDataPoint.
const point = {
  start: 0x11,
  time: 0x19,
  count: 0x21,
  sum: 0x29,
  scale: 0x30,
  zeroCount: 0x39,
  positive: 0x42,
  negative: 0x4a,
  flags: 0x50,
  min: 0x61,
  max: 0x69,
} as const
const buckets = { offset: 0x08, count: 0x10, packedCounts: 0x12 } as const
const noRecordedValue = 1
/** The scales that OpenTelemetry's own histograms use. */
const scales = { least: -10, most: 20 } as const

/**
 * The exponential histogram that is the reader's current message; its attributes are the series' and are skipped. Undefined
 * for what the schema cannot hold: observations below zero, a scale or sum out of range, "no recorded value".
 */
export function readExponentialHistogram(r: ProtobufReader, series: Series): DecodedHistogram | undefined {
  const times = { timeMs: 0, startTimeMs: 0 }
  const h = { scale: 0, count: 0, sum: 0, zeroCount: 0 }
  const edges: { min?: number; max?: number } = {}
  let positive: Buckets = { offset: 0, counts: [] }
  let negative = positive
  let isRecorded = true
  for (let tag = r.next(); tag !== 0; tag = r.next()) {
    if (tag === point.start) times.startTimeMs = r.nanoseconds()
    else if (tag === point.time) times.timeMs = r.nanoseconds()
    else if (tag === point.count) h.count = r.fixed64()
    else if (tag === point.sum) h.sum = r.double()
    else if (tag === point.scale) h.scale = r.sint32()
    else if (tag === point.zeroCount) h.zeroCount = r.fixed64()
    else if (tag === point.positive) positive = readBuckets(r)
    else if (tag === point.negative) negative = readBuckets(r)
    else if (tag === point.flags) isRecorded = (r.varint() & noRecordedValue) === 0
    else if (tag === point.min) edges.min = r.double()
    else if (tag === point.max) edges.max = r.double()
    else r.skip(tag)
  }
  const histogram: ExponentialHistogram = { ...h, ...edges, ...positive }
  const isKept = isRecorded && isRepresentable(histogram) && !negative.counts.some((count) => count > 0)
  return isKept ? { ...times, series, histogram } : undefined
}

type Buckets = Pick<ExponentialHistogram, 'offset' | 'counts'>

function isRepresentable({ scale, sum, min = 0, max = 0 }: ExponentialHistogram): boolean {
  return scale >= scales.least && scale <= scales.most && [sum, min, max].every(Number.isFinite)
}

function readBuckets(r: ProtobufReader): Buckets {
  const counts: number[] = []
  let offset = 0
  const outerEnd = r.enter()
  for (let tag = r.next(); tag !== 0; tag = r.next()) {
    if (tag === buckets.offset) offset = r.sint32()
    else if (tag === buckets.count) counts.push(r.exactVarint())
    else if (tag === buckets.packedCounts) {
      const messageEnd = r.enter()
      while (r.position < r.end) counts.push(r.exactVarint())
      r.leave(messageEnd)
    } else r.skip(tag)
    if (counts.length > limits.points) throw new RecordError(`more than ${limits.points} buckets in one histogram`)
  }
  r.leave(outerEnd)
  return { offset, counts }
}
