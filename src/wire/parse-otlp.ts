import type { Attributes, AttributeValue, ExponentialHistogram, Kind, Series } from '../metric/sample.ts'
import { RecordError } from '../runtime/errors.ts'
import { limits } from './limits.ts'
import { ProtobufReader } from './protobuf-reader.ts'

/** One resource of a message with its points, as OTLP says them, not yet judged. */
export interface ParsedResource {
  readonly attributes: Attributes
  readonly numbers: readonly ParsedNumber[]
  readonly histograms: readonly ParsedHistogram[]
}

/** A number data point. */
export interface ParsedNumber {
  readonly series: Series
  readonly timeMs: number
  /** NaN where it was missing, NaN or infinite. */
  readonly value: number
}

/** An exponential histogram data point of non-negative observations. */
export interface ParsedHistogram {
  readonly series: Series
  readonly timeMs: number
  readonly startTimeMs: number
  readonly histogram: ExponentialHistogram
}

/** A whole message. */
export interface ParsedMessage {
  readonly resources: readonly ParsedResource[]
  /** Numbers that were NaN or infinite. */
  readonly notFinite: number
  /** Points of kinds that the schema does not have. */
  readonly unsupported: number
}

type Range = readonly [begin: number, end: number]
const cumulative = 2
const noRecordedValue = 1

/**
 * Parses ExportMetricsServiceRequest bytes; fields may stand in any order. Throws RecordError for anything malformed and
 * beyond `limits`. Source: opentelemetry-proto, metrics/v1/metrics.proto and common/v1/common.proto.
 */
export function parseOtlp(bytes: Uint8Array): ParsedMessage {
  return new OtlpParser(bytes).parse()
}

class OtlpParser {
  readonly #r: ProtobufReader
  #points = 0
  #notFinite = 0
  #unsupported = 0

  constructor(bytes: Uint8Array) {
    this.#r = new ProtobufReader(bytes)
  }

  parse(): ParsedMessage {
    const resources: ParsedResource[] = []
    this.#r.fields((field, wireType) => {
      if (field === 1) this.#r.message(wireType, () => resources.push(this.#resource()))
      else this.#r.skip(wireType)
    })
    return { resources, notFinite: this.#notFinite, unsupported: this.#unsupported }
  }

  #resource(): ParsedResource {
    let attributes: Attributes = {}
    const numbers: ParsedNumber[] = []
    const histograms: ParsedHistogram[] = []
    this.#each({
      1: () => (attributes = this.#attributes(1)),
      2: () => this.#each({ 2: () => this.#metric(numbers, histograms) }),
    })
    return { attributes, numbers, histograms }
  }

  #metric(numbers: ParsedNumber[], histograms: ParsedHistogram[]): void {
    const r = this.#r
    const text = { name: '', unit: '', description: '' }
    let data: { readonly field: number; readonly range: Range } | undefined
    r.fields((field, wireType) => {
      if (field === 1) text.name = r.string(wireType)
      else if (field === 2) text.description = r.string(wireType)
      else if (field === 3) text.unit = r.string(wireType)
      else if (field === 5 || field === 7 || (field >= 9 && field <= 11)) data = { field, range: r.range(wireType) }
      else r.skip(wireType)
    })
    // An empty oneof is allowed by the protocol and says nothing.
    if (data === undefined) return
    const { field, range } = data
    if (text.name === '') throw new RecordError(`a metric without a name at byte ${range[0]}`)
    r.at(range, () => this.#data(field, text, numbers, histograms))
  }

  #data(field: number, text: MetricText, numbers: ParsedNumber[], histograms: ParsedHistogram[]): void {
    const r = this.#r
    const points: Range[] = []
    let temporality = 0
    let isMonotonic = false
    r.fields((inner, wireType) => {
      if (inner === 1) points.push(r.range(wireType))
      else if (inner === 2 && field !== 5) temporality = r.varint()
      else if (inner === 3 && field === 7) isMonotonic = r.varint() === 1
      else r.skip(wireType)
    })
    this.#points += points.length
    if (this.#points > limits.points) throw new RecordError(`more than ${limits.points} data points in one record`)
    const kind: Kind = field === 5 ? 'gauge' : field === 10 ? 'histogram' : isMonotonic ? 'counter' : 'updowncounter'
    for (const range of points) {
      r.at(range, () => {
        if (field === 5 || (field === 7 && temporality === cumulative)) numbers.push(this.#number(text, kind))
        else if (field === 10 && temporality !== cumulative) this.#histogram(text, histograms)
        else this.#unsupported++
      })
    }
  }

  #number(text: MetricText, kind: Kind): ParsedNumber {
    const r = this.#r
    let timeMs = 0
    let value = Number.NaN
    let isInteger = false
    let isMissing = false
    const attributes: [string, AttributeValue][] = []
    r.fields((field, wireType) => {
      if (field === 3) timeMs = r.nanosecondsAt(r.eightBytes(wireType))
      else if (field === 4) value = r.doubleAt(r.eightBytes(wireType))
      else if (field === 6) {
        value = r.int64At(r.eightBytes(wireType))
        isInteger = true
      } else if (field === 7) r.message(wireType, () => attributes.push(this.#keyValue(1)))
      else if (field === 8) isMissing = (r.varint() & noRecordedValue) === 1
      else r.skip(wireType)
    })
    if (isMissing) value = Number.NaN
    else if (!Number.isFinite(value)) {
      this.#notFinite++
      value = Number.NaN
    }
    return { series: toSeries(text, kind, attributes, isInteger), timeMs, value }
  }

  #histogram(text: MetricText, into: ParsedHistogram[]): void {
    const r = this.#r
    const h = { scale: 0, count: 0, sum: 0, zeroCount: 0, offset: 0, timeMs: 0, startTimeMs: 0 }
    const edges: { min?: number; max?: number } = {}
    let counts: readonly number[] = []
    let hasNegative = false
    const attributes: [string, AttributeValue][] = []
    r.fields((field, wireType) => {
      if (field === 1) r.message(wireType, () => attributes.push(this.#keyValue(1)))
      else if (field === 2) h.startTimeMs = r.nanosecondsAt(r.eightBytes(wireType))
      else if (field === 3) h.timeMs = r.nanosecondsAt(r.eightBytes(wireType))
      else if (field === 4) h.count = r.int64At(r.eightBytes(wireType))
      else if (field === 5) h.sum = r.doubleAt(r.eightBytes(wireType))
      else if (field === 6) h.scale = r.zigzag()
      else if (field === 7) h.zeroCount = r.int64At(r.eightBytes(wireType))
      else if (field === 8) {
        r.message(wireType, () => {
          const buckets = this.#buckets()
          h.offset = buckets.offset
          counts = buckets.counts
        })
      } else if (field === 9)
        r.message(wireType, () => (hasNegative = this.#buckets().counts.some((count) => count > 0)))
      else if (field === 12) edges.min = r.doubleAt(r.eightBytes(wireType))
      else if (field === 13) edges.max = r.doubleAt(r.eightBytes(wireType))
      else r.skip(wireType)
    })
    if (hasNegative || ![h.sum, edges.min ?? 0, edges.max ?? 0].every(Number.isFinite)) {
      this.#unsupported++
      return
    }
    const { timeMs, startTimeMs, ...numbers } = h
    into.push({
      series: toSeries(text, 'histogram', attributes, false),
      timeMs,
      startTimeMs,
      histogram: { ...numbers, ...edges, counts },
    })
  }

  #buckets(): { readonly offset: number; readonly counts: readonly number[] } {
    const r = this.#r
    const counts: number[] = []
    let offset = 0
    const add = (): void => {
      if (counts.push(r.exactVarint()) > limits.points)
        throw new RecordError(`more than ${limits.points} buckets in one histogram`)
    }
    r.fields((field, wireType) => {
      if (field === 1) offset = r.zigzag()
      else if (field === 2 && wireType === 0) add()
      else if (field === 2) {
        const range = r.range(wireType)
        r.at(range, () => {
          while (r.position < range[1]) add()
        })
      } else r.skip(wireType)
    })
    return { offset, counts }
  }

  #attributes(depth: number): Attributes {
    const pairs: [string, AttributeValue][] = []
    this.#each({ 1: () => pairs.push(this.#keyValue(depth)) })
    return checkedAttributes(pairs)
  }

  #keyValue(depth: number): [string, AttributeValue] {
    const r = this.#r
    let key = ''
    let value: AttributeValue = null
    r.fields((field, wireType) => {
      if (field === 1) key = r.string(wireType)
      else if (field === 2) r.message(wireType, () => (value = this.#value(depth + 1)))
      else r.skip(wireType)
    })
    return [key, value]
  }

  #value(depth: number): AttributeValue {
    if (depth > limits.depth) throw new RecordError(`an attribute is nested deeper than ${limits.depth}`)
    const r = this.#r
    let value: AttributeValue = null
    r.fields((field, wireType) => {
      if (field === 1) value = r.string(wireType)
      else if (field === 2) value = r.varint() !== 0
      else if (field === 3) value = r.int64()
      else if (field === 4) value = finiteOrNull(r.doubleAt(r.eightBytes(wireType)))
      else if (field === 5) {
        const items: AttributeValue[] = []
        r.message(wireType, () => this.#each({ 1: () => items.push(this.#value(depth + 1)) }))
        value = items
      } else if (field === 6) r.message(wireType, () => (value = this.#attributes(depth + 1)))
      else if (field === 7) {
        const [begin, end] = r.range(wireType)
        value = r.bytes.toString('base64', begin, end)
      } else r.skip(wireType)
    })
    return value
  }

  /** Reads the current range's messages by field number; other fields are skipped. */
  #each(readers: Readonly<Record<number, () => unknown>>): void {
    this.#r.fields((field, wireType) => {
      const read = readers[field]
      if (read === undefined) this.#r.skip(wireType)
      else this.#r.message(wireType, read)
    })
  }
}

interface MetricText {
  readonly name: string
  readonly unit: string
  readonly description: string
}

function toSeries(
  text: MetricText,
  kind: Kind,
  attributes: readonly [string, AttributeValue][],
  integer: boolean,
): Series {
  return {
    name: text.name,
    unit: text.unit,
    kind,
    attributes: checkedAttributes(attributes),
    ...(text.description === '' ? {} : { description: text.description }),
    ...(integer ? { integer } : {}),
  }
}

function checkedAttributes(pairs: readonly [string, AttributeValue][]): Attributes {
  if (pairs.length > limits.attributes)
    throw new RecordError(`more than ${limits.attributes} attributes on one series or resource`)
  for (const [key, value] of pairs) {
    const length = key.length + (typeof value === 'string' ? value.length : JSON.stringify(value).length)
    if (length > limits.attributeBytes)
      throw new RecordError(`the attribute '${key.slice(0, 40)}' is longer than ${limits.attributeBytes}`)
  }
  return Object.fromEntries(pairs)
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
