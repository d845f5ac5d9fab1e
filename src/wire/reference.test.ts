import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  comparable,
  plainAttributes,
  plainMessage,
  plainPart,
  type PlainPoint,
} from '../../test/support/otlp-points.ts'
import { referenceDecode, referenceEncode, type ReferenceMessage } from '../../test/support/otlp-reference.ts'
import { arriveForeign, recordTimeMs, samples, wireResource } from '../../test/support/wire-samples.ts'
import { isHistogramSample, type Sample } from '../metric/sample.ts'
import { RecordDecoder } from './decode.ts'
import { RecordEncoder } from './encode.ts'

function plainSample(sample: Sample): PlainPoint {
  const { name, unit, kind, attributes } = sample.series
  const series = { name, unit, kind, attributes, timeMs: recordTimeMs }
  return isHistogramSample(sample)
    ? { ...series, startTimeMs: sample.startTimeMs, histogram: sample.histogram }
    : { ...series, value: sample.value }
}

describe('what we encode', () => {
  it('says the same to a codec made from the .proto files', () => {
    fc.assert(
      fc.property(samples, (sent) => {
        const message = referenceDecode(new RecordEncoder(wireResource).encode(recordTimeMs, sent))
        expect(comparable(plainMessage(message))).toEqual(comparable(sent.map(plainSample)))
      }),
      { numRuns: 200 },
    )
  })

  it('names its host, its scope and its conventions', () => {
    const message = referenceDecode(
      new RecordEncoder({ ...wireResource, replacesUid: 'ffeeddcc-bbaa-9988-7766-554433221100' }).encode(
        recordTimeMs,
        [],
      ),
    )
    const [resource] = message.resourceMetrics ?? []
    expect(plainAttributes(resource?.resource?.attributes)).toEqual({
      'service.name': 'hostvitals',
      'service.version': '1.2.3',
      'service.instance.id': wireResource.agentUid,
      'host.name': 'web-1',
      'host.arch': 'amd64',
      'os.type': 'linux',
      'hostvitals.interval_ms': 10_000,
      'hostvitals.started_at_ms': 1_795_000_000_000,
      'hostvitals.booted_at_ms': 1_790_000_000_000,
      'hostvitals.replaces': 'ffeeddcc-bbaa-9988-7766-554433221100',
      'hostvitals.label.site': 'berlin',
    })
    expect(resource?.schemaUrl).toBe('https://opentelemetry.io/schemas/1.44.0')
    expect(resource?.scopeMetrics?.[0]?.scope).toEqual({ name: 'hostvitals', version: '1.2.3' })
  })

  it('says since when a counter counts', () => {
    const series = { name: 'a', unit: '', kind: 'counter' as const, attributes: {}, integer: true }
    const value = new RecordEncoder(wireResource).encode(recordTimeMs, [{ series, value: -5, startTimeMs: 1000 }])
    const point = { startTimeUnixNano: '1000000000', asInt: '-5' }
    expect(referenceDecode(value).resourceMetrics?.[0]?.scopeMetrics?.[0]?.metrics).toMatchObject([
      { name: 'a', sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [point] } },
    ])
  })
})

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.record({ stringValue: fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll('\0', '')) }),
    fc.record({ boolValue: fc.boolean() }),
    fc.record({ intValue: fc.maxSafeInteger().map(String) }),
    fc.record({ doubleValue: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
    fc.record({ bytesValue: fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes).toString('base64')) }),
    fc.record({ arrayValue: fc.record({ values: fc.array(tie('any'), { maxLength: 3 }) }) }),
    fc.record({
      kvlistValue: fc.record({ values: fc.uniqueArray(tie('pair'), { maxLength: 3, selector: keyOf }) }),
    }),
    fc.constant({}),
  ),
  pair: fc.record({ key: fc.stringMatching(/^[a-z]{1,6}$/), value: tie('any') }),
}))

function keyOf(pair: unknown): unknown {
  return typeof pair === 'object' && pair !== null && 'key' in pair ? pair.key : undefined
}

const time = fc.constantFrom(recordTimeMs, recordTimeMs + 1, recordTimeMs + 1000).map((ms) => `${ms}000000`)
const point = fc.record(
  {
    attributes: fc.uniqueArray(value.pair, { maxLength: 3, selector: keyOf }),
    startTimeUnixNano: time,
    timeUnixNano: time,
    asDouble: fc.double(),
    asInt: fc.maxSafeInteger().map(String),
    flags: fc.constantFrom(0, 1, 2),
    count: fc.nat().map(String),
    sum: fc.double({ noNaN: true, noDefaultInfinity: true }),
    scale: fc.integer({ min: -10, max: 20 }),
    zeroCount: fc.nat().map(String),
    positive: fc.record({
      offset: fc.integer(),
      bucketCounts: fc.array(fc.maxSafeNat().map(String), { maxLength: 9 }),
    }),
  },
  { requiredKeys: ['timeUnixNano'] },
)
const metric = fc
  .record({
    unit: fc.constantFrom('', 'By'),
    description: fc.constantFrom('', 'What it is'),
    what: fc.constantFrom('gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary', 'nothing'),
    points: fc.array(point, { maxLength: 4 }),
    aggregationTemporality: fc.nat(2),
    isMonotonic: fc.boolean(),
  })
  .map(({ unit, description, what, points, ...sum }) => {
    // One series stands once in a message here; repeats have tests of their own.
    const dataPoints = points.map((each, index) => {
      const isNumber = what === 'gauge' || what === 'sum'
      const { asDouble, asInt, attributes = [], ...rest } = each
      const ofKind = isNumber ? (asInt === undefined ? { asDouble } : { asInt }) : { flags: 0 }
      return { ...rest, ...ofKind, attributes: [...attributes, { key: 'INDEX', value: { intValue: String(index) } }] }
    })
    const kept = what === 'gauge' ? { dataPoints } : { ...sum, dataPoints }
    return what === 'nothing' ? { unit, description } : { unit, description, [what]: kept }
  })
const message: fc.Arbitrary<ReferenceMessage> = fc
  .array(fc.array(metric, { maxLength: 4 }), { minLength: 1, maxLength: 3 })
  .map((scopes) => ({
    resourceMetrics: [
      {
        resource: { attributes: [{ key: 'host.name', value: { stringValue: 'h' } }] },
        scopeMetrics: scopes.map((metrics, scope) => ({
          metrics: metrics.map((each, index) => Object.assign({ name: `m${scope}.${index}` }, each)),
        })),
      },
    ],
  }))

describe('what others encode', () => {
  it('says the same to us as to a codec made from the .proto files', () => {
    const warm = new RecordDecoder()
    fc.assert(
      fc.property(message, (sent) => {
        const bytes = referenceEncode(sent)
        const { parts } = warm.decode(arriveForeign(bytes))
        expect(parts).toHaveLength(1)
        expect(comparable(parts.flatMap(plainPart))).toEqual(comparable(plainMessage(referenceDecode(bytes))))
      }),
      { numRuns: 300 },
    )
  })

  it('is read alike in what the OpenTelemetry Collector really sent', () => {
    const lines = readFileSync(new URL('../../test/fixtures/wire/otlp_metrics.jsonl', import.meta.url), 'utf8').trim()
    const decoder = new RecordDecoder()
    for (const line of lines.split('\n')) {
      // The fixture's form is told in its SOURCE.md.
      const { value } = JSON.parse(line) as { readonly value: string }
      const bytes = Buffer.from(value, 'base64')
      const expected = comparable(plainMessage(referenceDecode(bytes)))
      expect(expected.length).toBeGreaterThan(100)
      expect(comparable(decoder.decode(arriveForeign(bytes)).parts.flatMap(plainPart))).toEqual(expected)
    }
  })
})
