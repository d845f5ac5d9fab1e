import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import protobuf from 'protobufjs'

// The .proto files of opentelemetry-proto, as a published package ships them; protobufjs makes a codec of them that shares
// nothing with ours.
const packageEntry = createRequire(import.meta.url).resolve('@platformatic/promotel')
const protoFolder = join(dirname(packageEntry), '../proto')

function loadRequest(): protobuf.Type {
  const root = new protobuf.Root()
  root.resolvePath = (_origin, target) => join(protoFolder, target)
  root.loadSync('opentelemetry/proto/collector/metrics/v1/metrics_service.proto')
  return root.lookupType('opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest')
}

const request = loadRequest()

/** An OTLP KeyValue as JSON; whole numbers are decimal text. */
export interface ReferencePair {
  readonly key: string
  readonly value?: ReferenceValue
}

/** An OTLP AnyValue as JSON. */
export interface ReferenceValue {
  readonly stringValue?: string
  readonly boolValue?: boolean
  readonly intValue?: string
  readonly doubleValue?: number
  readonly arrayValue?: { readonly values?: readonly ReferenceValue[] }
  readonly kvlistValue?: { readonly values?: readonly ReferencePair[] }
  readonly bytesValue?: string
}

/** A data point of any kind as JSON. */
export interface ReferencePoint {
  readonly attributes?: readonly ReferencePair[]
  readonly startTimeUnixNano?: string
  readonly timeUnixNano?: string
  readonly asDouble?: number
  readonly asInt?: string
  readonly flags?: number
  readonly count?: string
  readonly sum?: number
  readonly scale?: number
  readonly zeroCount?: string
  readonly positive?: { readonly offset?: number; readonly bucketCounts?: readonly string[] }
  readonly negative?: { readonly offset?: number; readonly bucketCounts?: readonly string[] }
  readonly min?: number
  readonly max?: number
}

/** A metric's data as JSON; 1 is delta, 2 is cumulative. */
export interface ReferenceData {
  readonly dataPoints?: readonly ReferencePoint[]
  readonly aggregationTemporality?: number
  readonly isMonotonic?: boolean
}

/** A metric as JSON. */
export interface ReferenceMetric {
  readonly name?: string
  readonly description?: string
  readonly unit?: string
  readonly gauge?: ReferenceData
  readonly sum?: ReferenceData
  readonly histogram?: ReferenceData
  readonly exponentialHistogram?: ReferenceData
  readonly summary?: ReferenceData
}

/** An ExportMetricsServiceRequest as JSON. */
export interface ReferenceMessage {
  readonly resourceMetrics?: readonly {
    readonly resource?: { readonly attributes?: readonly ReferencePair[] }
    readonly schemaUrl?: string
    readonly scopeMetrics?: readonly {
      readonly scope?: { readonly name?: string; readonly version?: string }
      readonly metrics?: readonly ReferenceMetric[]
    }[]
  }[]
}

/** The message's bytes, as protobufjs writes them. */
export function referenceEncode(message: ReferenceMessage): Uint8Array {
  return request.encode(request.fromObject(message)).finish()
}

/** What protobufjs reads; fields that were not sent are absent. */
export function referenceDecode(bytes: Uint8Array): ReferenceMessage {
  return request.toObject(request.decode(bytes), { longs: String, bytes: String })
}
