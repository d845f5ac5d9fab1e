import { isConstantSeries } from '../metric/constant-series.ts'
import {
  isHistogramSample,
  type Attributes,
  type AttributeValue,
  type HistogramSample,
  type NumberSample,
  type Sample,
  type Series,
} from '../metric/sample.ts'
import { resourceKeys } from './resource-keys.ts'
import { ProtobufWriter } from './protobuf-writer.ts'

/** What every record of an agent says of its host. */
export interface WireResource {
  readonly agentUid: string
  readonly name: string
  readonly version: string
  /** `host.labels` of the configuration. */
  readonly labels: Readonly<Record<string, string>>
  /** OpenTelemetry resource attributes: host.id, host.arch, os.type … */
  readonly resource: Attributes
  readonly intervalMs: number
  /** Begin of the run, and of the host's counters, Unix milliseconds. */
  readonly startedAtMs: number
  readonly bootedAtMs?: number
  readonly replacesUid?: string
  /** The identity goes with the container that the agent runs in. */
  readonly isEphemeral?: boolean
}

/** The conventions whose names we use. */
const schemaUrl = 'https://opentelemetry.io/schemas/1.44.0'
const delta = 1
const cumulative = 2

/** Encodes the records of one run of one agent. */
export class RecordEncoder {
  readonly #resource: Attributes
  readonly #version: string
  /** What is said of a metric and of a series whatever their numbers; of those that cannot change. */
  readonly #heads = new WeakMap<Series, Uint8Array>()
  readonly #attributes = new WeakMap<Series, Uint8Array>()

  constructor(resource: WireResource) {
    this.#resource = resourceAttributes(resource)
    this.#version = resource.version
  }

  /**
   * One record as ExportMetricsServiceRequest bytes. Two records of the same series in the same order differ only in
   * numbers and times, at the same places. Source: opentelemetry-proto, collector/metrics/v1/metrics_service.proto.
   */
  encode(timeMs: number, samples: readonly Sample[]): Uint8Array {
    const w = new ProtobufWriter()
    const times = timesOf(timeMs)
    w.message(1, () => {
      w.message(1, () => writeAttributes(w, 1, this.#resource))
      w.message(2, () => {
        w.message(1, () => {
          w.string(1, 'hostvitals')
          w.string(2, this.#version)
        })
        for (const group of groupByMetric(samples)) w.message(2, () => this.#writeMetric(w, times, group))
      })
      w.string(3, schemaUrl)
    })
    return w.finish()
  }

  #writeMetric(w: ProtobufWriter, times: Times, samples: readonly Sample[]): void {
    const [first] = samples
    if (first === undefined) return
    const { kind } = first.series
    w.written(once(this.#heads, first.series, writeHead))
    const field = kind === 'gauge' ? 5 : kind === 'histogram' ? 10 : 7
    w.message(field, () => {
      for (const sample of samples) {
        w.message(1, () => {
          if (isHistogramSample(sample)) writeHistogram(w, times, sample)
          else this.#writeNumber(w, times, sample)
        })
      }
      if (kind !== 'gauge') w.varint(2, kind === 'histogram' ? delta : cumulative)
      if (kind === 'counter') w.varint(3, 1)
    })
  }

  #writeNumber(w: ProtobufWriter, times: Times, { series, value, startTimeMs }: NumberSample): void {
    w.written(times(startTimeMs))
    if (series.integer === true && Number.isSafeInteger(value) && !Object.is(value, -0)) w.wholeFixed64(6, value)
    else w.double(4, value)
    w.written(once(this.#attributes, series, writeNumberAttributes))
  }
}

/** The fields 2 and 3 of a data point, its start and its time, as bytes: most points of a record have the same. */
type Times = (startTimeMs: number | undefined) => Uint8Array

function timesOf(timeMs: number): Times {
  const known = new Map<number | undefined, Uint8Array>()
  return (startTimeMs) => {
    const former = known.get(startTimeMs)
    if (former !== undefined) return former
    const w = new ProtobufWriter(64)
    if (startTimeMs !== undefined) w.fixed64(2, nanoseconds(startTimeMs))
    w.fixed64(3, nanoseconds(timeMs))
    const bytes = w.finish()
    known.set(startTimeMs, bytes)
    return bytes
  }
}

/** What `write` writes of a series, which is written once where the series cannot change. */
function once(
  known: WeakMap<Series, Uint8Array>,
  series: Series,
  write: (w: ProtobufWriter, series: Series) => void,
): Uint8Array {
  const former = known.get(series)
  if (former !== undefined) return former
  const w = new ProtobufWriter(256)
  write(w, series)
  const bytes = w.finish()
  if (isConstantSeries(series)) known.set(series, bytes)
  return bytes
}

function writeHead(w: ProtobufWriter, { name, description, unit }: Series): void {
  w.string(1, name)
  if (description !== undefined) w.string(2, description)
  w.string(3, unit)
}

function writeNumberAttributes(w: ProtobufWriter, { attributes }: Series): void {
  writeAttributes(w, 7, attributes)
}

/** The resource's attributes as they travel; `ownResource` in `host-of.ts` takes them apart again. */
function resourceAttributes(resource: WireResource): Attributes {
  const labels = Object.entries(resource.labels).map(
    ([key, value]) => [`${resourceKeys.labelPrefix}${key}`, value] as const,
  )
  return {
    ...resource.resource,
    'service.name': 'hostvitals',
    'service.version': resource.version,
    'service.instance.id': resource.agentUid,
    'host.name': resource.name,
    [resourceKeys.intervalMs]: resource.intervalMs,
    [resourceKeys.startedAtMs]: resource.startedAtMs,
    ...(resource.bootedAtMs === undefined ? {} : { [resourceKeys.bootedAtMs]: resource.bootedAtMs }),
    ...(resource.replacesUid === undefined ? {} : { [resourceKeys.replaces]: resource.replacesUid }),
    ...(resource.isEphemeral === true ? { [resourceKeys.ephemeral]: true } : {}),
    ...Object.fromEntries(labels),
  }
}

/** Samples that follow each other and are of one metric become one OTLP metric with several data points. */
function groupByMetric(samples: readonly Sample[]): readonly (readonly Sample[])[] {
  const groups: Sample[][] = []
  for (const sample of samples) {
    const last = groups.at(-1)
    const former = last?.[0]?.series
    const { name, unit, kind } = sample.series
    if (former?.name === name && former.unit === unit && former.kind === kind) last?.push(sample)
    else groups.push([sample])
  }
  return groups
}

function writeHistogram(w: ProtobufWriter, times: Times, { series, histogram, startTimeMs }: HistogramSample): void {
  writeAttributes(w, 1, series.attributes)
  w.written(times(startTimeMs))
  w.wholeFixed64(4, histogram.count)
  w.double(5, histogram.sum)
  w.zigzag(6, histogram.scale)
  w.wholeFixed64(7, histogram.zeroCount)
  w.message(8, () => {
    w.zigzag(1, histogram.offset)
    w.packedVarints(2, histogram.counts)
  })
  if (histogram.min !== undefined) w.double(12, histogram.min)
  if (histogram.max !== undefined) w.double(13, histogram.max)
}

function writeAttributes(w: ProtobufWriter, field: number, attributes: Attributes): void {
  for (const [key, value] of Object.entries(attributes)) {
    w.message(field, () => {
      w.string(1, key)
      w.message(2, () => writeValue(w, value))
    })
  }
}

function writeValue(w: ProtobufWriter, value: AttributeValue): void {
  if (typeof value === 'string') w.string(1, value)
  else if (typeof value === 'boolean') w.varint(2, value ? 1 : 0)
  else if (typeof value === 'number' && Number.isSafeInteger(value)) w.int64(3, value)
  else if (typeof value === 'number') w.double(4, value)
  else if (isList(value)) w.message(5, () => value.forEach((item) => w.message(1, () => writeValue(w, item))))
  else if (value !== null) w.message(6, () => writeAttributes(w, 1, value))
}

/** Array.isArray does not narrow a readonly array away from an object. */
function isList(value: AttributeValue): value is readonly AttributeValue[] {
  return Array.isArray(value)
}

function nanoseconds(ms: number): bigint {
  return BigInt(Math.round(ms)) * 1_000_000n
}
