import type { Attributes, Kind, Series } from '../metric/sample.ts'
import { RecordError } from '../runtime/errors.ts'
import { readAttributes } from './any-value.ts'
import type { DecodedHistogram } from './decoded-record.ts'
import { limits } from './limits.ts'
import { readExponentialHistogram } from './parse-histogram.ts'
import { ProtobufReader, type Range } from './protobuf-reader.ts'
import type { SeriesByBytes, SeriesCache } from './series-cache.ts'

/** One resource of a message with its points, as OTLP says them, not yet judged. */
export interface ParsedResource {
  readonly attributes: Attributes
  /** Where the Resource message lies; [0, 0] where there is none. */
  readonly range: Range
  readonly numbers: readonly ParsedNumber[]
  readonly histograms: readonly DecodedHistogram[]
}

/** A number data point. Equal series are one object. */
export interface ParsedNumber {
  readonly series: Series
  readonly timeMs: number
  /** 0 where it is not told. */
  readonly startTimeMs: number
  /** NaN where it was missing, NaN or infinite. */
  readonly value: number
  /** Where the eight bytes of the time, the start and the value begin in the message; -1 where they do not stand for it. */
  readonly timeAt: number
  readonly startAt: number
  readonly valueAt: number
  /** The value is an sfixed64, not a double. */
  readonly isInteger: boolean
}

/** A whole message. */
export interface ParsedMessage {
  readonly resources: readonly ParsedResource[]
  /** Numbers that were NaN, infinite or marked as not recorded. */
  readonly notFinite: number
  /** Of each whole number beyond 2^53, which became the nearest double, its series. */
  readonly inexact: readonly Series[]
  /** Points of kinds that the schema does not have. */
  readonly unsupported: number
}

// Source: opentelemetry-proto, collector/metrics/v1/metrics_service.proto and metrics/v1/metrics.proto.
const request = { resource: 0x0a } as const
const resourceMetrics = { resource: 0x0a, scope: 0x12 } as const
const resourceAttribute = 0x0a
const scopeMetrics = { metric: 0x12 } as const
const metric = { name: 0x0a, description: 0x12, unit: 0x1a } as const
const data = { gauge: 0x2a, sum: 0x3a, histogram: 0x4a, exponential: 0x52, summary: 0x5a } as const
const dataTags: ReadonlySet<number> = new Set(Object.values(data))
const inData = { point: 0x0a, temporality: 0x10, isMonotonic: 0x18 } as const
const point = { start: 0x11, time: 0x19, double: 0x21, integer: 0x31, attribute: 0x3a, flags: 0x40 } as const
const exponentialAttribute = 0x0a
const delta = 1
const cumulative = 2
const noRecordedValue = 1

/**
 * Parses ExportMetricsServiceRequest bytes; fields may stand in any order. `joins` picks the attributes of a resource that
 * join its series. Throws RecordError for anything malformed and beyond `limits`.
 */
export function parseOtlp(
  bytes: Uint8Array,
  cache: SeriesCache,
  joins: (resource: Attributes) => Attributes,
): ParsedMessage {
  return new OtlpParser(bytes, cache, joins).parse()
}

class OtlpParser {
  readonly #r: ProtobufReader
  readonly #cache: SeriesCache
  readonly #joins: (resource: Attributes) => Attributes
  #joined: Attributes = {}
  #joinedText = ''
  #numbers: ParsedNumber[] = []
  #histograms: DecodedHistogram[] = []
  #points = 0
  #repeated = 0
  #notFinite = 0
  readonly #inexact: Series[] = []
  #unsupported = 0

  constructor(bytes: Uint8Array, cache: SeriesCache, joins: (resource: Attributes) => Attributes) {
    this.#r = new ProtobufReader(bytes)
    this.#cache = cache
    this.#joins = joins
  }

  parse(): ParsedMessage {
    const resources: ParsedResource[] = []
    this.#each(request.resource, () => resources.push(this.#resource()))
    return { resources, notFinite: this.#notFinite, inexact: this.#inexact, unsupported: this.#unsupported }
  }

  #resource(): ParsedResource {
    const r = this.#r
    this.#numbers = []
    this.#histograms = []
    let range: Range = [0, 0]
    const scopes: Range[] = []
    for (let tag = r.next(); tag !== 0; tag = r.next()) {
      if (tag === resourceMetrics.resource) range = r.range()
      else if (tag === resourceMetrics.scope) scopes.push(r.range())
      else r.skip(tag)
    }
    const { position, end } = r
    // The attributes first, wherever they stand: some of them belong to the series.
    r.seek(...range)
    const attributes = readAttributes(r, resourceAttribute)
    this.#joined = this.#joins(attributes)
    this.#joinedText = JSON.stringify(this.#joined)
    for (const scope of scopes) {
      r.seek(...scope)
      this.#each(scopeMetrics.metric, () => this.#metric())
    }
    r.seek(position, end)
    return { attributes, range, numbers: this.#numbers, histograms: this.#histograms }
  }

  #metric(): void {
    const r = this.#r
    const { position: begin, end } = r
    let dataTag = 0
    let dataBegin = begin
    let dataRange: Range = [begin, begin]
    for (let at = begin, tag = r.next(); tag !== 0; at = r.position, tag = r.next()) {
      if (dataTags.has(tag)) {
        dataTag = tag
        dataBegin = at
        dataRange = r.range()
      } else r.skip(tag)
    }
    // An empty oneof is allowed by the protocol and says nothing.
    if (dataTag !== 0) {
      r.seek(...dataRange)
      const { kind, points } = this.#data(dataTag)
      if (kind === undefined) this.#unsupported += points.length
      else if (points.length > 0) {
        this.#repeat(points.length)
        const textBytes = `${dataBegin - begin}:${r.rawText(begin, dataBegin)}${r.rawText(dataRange[1], end)}`
        const known = this.#cache.ofMetric(`${kind}:${this.#joinedText}:${textBytes}`)
        this.#read(points, { kind, known, range: [begin, end] })
      }
    }
    r.seek(end, end)
  }

  /** The points of the current Gauge, Sum … and their kind, which is undefined where the schema has none. */
  #data(dataTag: number): { readonly kind: Kind | undefined; readonly points: readonly Range[] } {
    const r = this.#r
    const points: Range[] = []
    let temporality = 0
    let isMonotonic = false
    for (let tag = r.next(); tag !== 0; tag = r.next()) {
      if (tag === inData.point) points.push(r.range())
      else if (tag === inData.temporality) temporality = r.varint()
      else if (tag === inData.isMonotonic) isMonotonic = r.varint() !== 0
      else r.skip(tag)
    }
    this.#points += points.length
    if (this.#points > limits.points) throw new RecordError(`more than ${limits.points} data points in one record`)
    if (dataTag === data.gauge) return { kind: 'gauge', points }
    if (dataTag === data.sum && temporality === cumulative) {
      return { kind: isMonotonic ? 'counter' : 'updowncounter', points }
    }
    return { kind: dataTag === data.exponential && temporality === delta ? 'histogram' : undefined, points }
  }

  /** Each series carries what joins it, so that a small record might say very much. */
  #repeat(times: number): void {
    if (this.#joinedText.length > 2) this.#repeated += this.#joinedText.length * times
    if (this.#repeated > limits.repeatedCharacters) {
      throw new RecordError(
        `resource attributes that would be repeated to more than ${limits.repeatedCharacters} characters`,
      )
    }
  }

  #read(points: readonly Range[], metric: MetricAtHand): void {
    const r = this.#r
    for (const [begin, end] of points) {
      const series = this.#series(begin, end, metric)
      r.seek(begin, end)
      if (metric.kind !== 'histogram') this.#numbers.push(this.#number(series))
      else {
        const histogram = readExponentialHistogram(r, series)
        if (histogram === undefined) this.#unsupported++
        else this.#histograms.push(histogram)
      }
    }
  }

  /** Found by the bytes of its attributes, where they stand together; else parsed. */
  #series(begin: number, end: number, { kind, known, range }: MetricAtHand): Series {
    const r = this.#r
    const attributeTag = kind === 'histogram' ? exponentialAttribute : point.attribute
    let first = begin
    let last = begin
    let areTogether = true
    r.seek(begin, end)
    for (let at = begin, tag = r.next(); tag !== 0; at = r.position, tag = r.next()) {
      r.skip(tag)
      if (tag !== attributeTag) continue
      if (last === begin) first = at
      else if (at !== last) areTogether = false
      last = r.position
    }
    const bytes = areTogether ? r.rawText(first, last) : undefined
    const series = bytes === undefined ? undefined : known.get(bytes)
    if (series !== undefined) return series
    r.seek(begin, end)
    const attributes = { ...this.#joined, ...readAttributes(r, attributeTag) }
    r.seek(...range)
    return this.#cache.add({ ...readMetricText(r), kind, attributes }, known, bytes)
  }

  #number(series: Series): ParsedNumber {
    const r = this.#r
    let timeMs = 0
    let startTimeMs = 0
    let value = Number.NaN
    let isInteger = false
    let isRecorded = true
    let [timeAt, startAt, valueAt] = [-1, -1, -1]
    for (let tag = r.next(); tag !== 0; tag = r.next()) {
      const at = r.position
      if (tag === point.time) {
        timeMs = r.nanoseconds()
        timeAt = at
      } else if (tag === point.double || tag === point.integer) {
        isInteger = tag === point.integer
        value = isInteger ? r.nearestSfixed64() : r.double()
        valueAt = at
      } else if (tag === point.start) {
        startTimeMs = r.nanoseconds()
        startAt = at
      } else if (tag === point.flags) isRecorded = (r.varint() & noRecordedValue) === 0
      else r.skip(tag)
    }
    if (isRecorded && isInteger && !Number.isSafeInteger(value)) this.#inexact.push(series)
    if (isRecorded && Number.isFinite(value))
      return { series, timeMs, startTimeMs, value, timeAt, startAt, valueAt, isInteger }
    this.#notFinite++
    valueAt = isRecorded ? valueAt : -1
    return { series, timeMs, startTimeMs, value: Number.NaN, timeAt, startAt, valueAt, isInteger }
  }

  /** Reads the messages with this tag in the current message; other fields are skipped. */
  #each(wanted: number, read: () => void): void {
    const r = this.#r
    for (let tag = r.next(); tag !== 0; tag = r.next()) {
      if (tag === wanted) {
        const outerEnd = r.enter()
        read()
        r.leave(outerEnd)
      } else r.skip(tag)
    }
  }
}

interface MetricAtHand {
  readonly kind: Kind
  readonly known: SeriesByBytes
  /** Where the Metric message lies. */
  readonly range: Range
}

function readMetricText(r: ProtobufReader): Pick<Series, 'name' | 'unit' | 'description'> {
  const at = r.position
  let [name, unit, description] = ['', '', '']
  for (let tag = r.next(); tag !== 0; tag = r.next()) {
    if (tag === metric.name) name = r.string()
    else if (tag === metric.description) description = r.string()
    else if (tag === metric.unit) unit = r.string()
    else r.skip(tag)
  }
  if (name === '') throw new RecordError(`a metric without a name at byte ${at}`)
  if (name.length > limits.name || unit.length > limits.unit) {
    throw new RecordError(
      `a metric with a name or unit of more than ${limits.name} or ${limits.unit} characters at byte ${at}`,
    )
  }
  if (description === '') return { name, unit }
  return { name, unit, description: description.slice(0, limits.description).toWellFormed() }
}
