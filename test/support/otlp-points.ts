import type { DecodedPart } from '../../src/wire/decoded-record.ts'
import type { Attributes, AttributeValue, ExponentialHistogram, Kind } from '../../src/metric/sample.ts'
import type {
  ReferenceMessage,
  ReferenceMetric,
  ReferencePair,
  ReferencePoint,
  ReferenceValue,
} from './otlp-reference.ts'

/** A data point told plainly, to compare two decoders. */
export interface PlainPoint {
  readonly name: string
  readonly unit: string
  readonly kind: Kind
  readonly attributes: Attributes
  readonly timeMs: number
  /** 'missing' where it is NaN, infinite or not recorded. */
  readonly value?: number | 'missing'
  readonly histogram?: ExponentialHistogram
  readonly startTimeMs?: number
}

/** The points of a decoded part. */
export function plainPart({ scrapes, histograms }: DecodedPart): readonly PlainPoint[] {
  const numbers = scrapes.flatMap(({ timeMs, layout, readings }) =>
    layout.series.map(({ name, unit, kind, attributes }, index) => {
      const reading = readings[index] ?? Number.NaN
      return { name, unit, kind, attributes, timeMs, value: Number.isNaN(reading) ? ('missing' as const) : reading }
    }),
  )
  const timings = histograms.map(({ timeMs, startTimeMs, series, histogram }) => {
    const { name, unit, kind, attributes } = series
    return { name, unit, kind, attributes, timeMs, startTimeMs, histogram }
  })
  return [...numbers, ...timings]
}

/** What of a reference message has a place in our schema; `joined` are attributes added to every series. */
export function plainMessage(message: ReferenceMessage, joined: Attributes = {}): readonly PlainPoint[] {
  const metrics = (message.resourceMetrics ?? []).flatMap(({ scopeMetrics = [] }) =>
    scopeMetrics.flatMap((scope) => scope.metrics ?? []),
  )
  return metrics.flatMap((metric) => plainMetric(metric, joined))
}

/** Attributes as an object. */
export function plainAttributes(pairs: readonly ReferencePair[] = []): Attributes {
  return Object.fromEntries(pairs.map(({ key, value = {} }) => [key, plainValue(value)]))
}

function plainMetric(metric: ReferenceMetric, joined: Attributes): readonly PlainPoint[] {
  const { name = '', unit = '', gauge, sum, exponentialHistogram } = metric
  const points = (of: Kind, dataPoints: readonly ReferencePoint[] = []): readonly PlainPoint[] =>
    dataPoints.map((point) => ({
      name,
      unit,
      kind: of,
      attributes: { ...joined, ...plainAttributes(point.attributes) },
      timeMs: milliseconds(point.timeUnixNano),
      ...(of === 'histogram' ? plainHistogram(point) : { value: plainNumber(point) }),
    }))
  if (gauge !== undefined) return points('gauge', gauge.dataPoints)
  if (sum?.aggregationTemporality === 2) {
    return points(sum.isMonotonic === true ? 'counter' : 'updowncounter', sum.dataPoints)
  }
  if (exponentialHistogram?.aggregationTemporality === 1) return points('histogram', exponentialHistogram.dataPoints)
  return []
}

function plainHistogram(point: ReferencePoint): Pick<PlainPoint, 'histogram' | 'startTimeMs'> {
  const { count = '0', sum = 0, scale = 0, zeroCount = '0', positive = {}, min, max } = point
  return {
    startTimeMs: milliseconds(point.startTimeUnixNano),
    histogram: {
      count: Number(count),
      sum,
      scale,
      zeroCount: Number(zeroCount),
      offset: positive.offset ?? 0,
      counts: (positive.bucketCounts ?? []).map(Number),
      ...(min === undefined ? {} : { min }),
      ...(max === undefined ? {} : { max }),
    },
  }
}

function plainNumber({ asDouble, asInt, flags = 0 }: ReferencePoint): number | 'missing' {
  const value = asInt === undefined ? asDouble : Number(asInt)
  return flags % 2 === 1 || value === undefined || !Number.isFinite(value) ? 'missing' : value
}

function plainValue(value: ReferenceValue): AttributeValue {
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue, bytesValue } = value
  if (arrayValue !== undefined) return (arrayValue.values ?? []).map(plainValue)
  if (kvlistValue !== undefined) return plainAttributes(kvlistValue.values)
  if (intValue !== undefined) return Number(intValue)
  return stringValue ?? boolValue ?? doubleValue ?? bytesValue ?? null
}

function milliseconds(nanoseconds = '0'): number {
  return Math.round(Number(nanoseconds) / 1e6)
}

/** Points as texts that are equal for equal points, whatever their order. */
export function comparable(points: readonly PlainPoint[]): readonly string[] {
  return points.map((point) => JSON.stringify(sortedKeys(point))).sort((a, b) => (a < b ? -1 : 1))
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sortedKeys(item)]),
  )
}
