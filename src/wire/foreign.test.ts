import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { plainPart } from '../../test/support/otlp-points.ts'
import {
  referenceEncode,
  type ReferenceMessage,
  type ReferenceMetric,
  type ReferencePair,
  type ReferencePoint,
} from '../../test/support/otlp-reference.ts'
import { arriveForeign, recordTimeMs } from '../../test/support/wire-samples.ts'
import type { DecodedRecord } from './decoded-record.ts'
import { RecordDecoder } from './decode.ts'

type Texts = Readonly<Record<string, string>>

function pairs(attributes: Texts): readonly ReferencePair[] {
  return Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } }))
}

function gauge(asDouble: number, attributes: Texts = {}, afterMs = 0): ReferenceMetric {
  return { name: 'm', gauge: { dataPoints: [pointOf({ asDouble, attributes: pairs(attributes) }, afterMs)] } }
}

function pointOf(point: ReferencePoint, afterMs = 0): ReferencePoint {
  return { timeUnixNano: `${recordTimeMs + afterMs}000000`, ...point }
}

function messageOf(...resources: readonly (readonly [Texts, ...ReferenceMetric[]])[]): ReferenceMessage {
  return {
    resourceMetrics: resources.map(([attributes, ...metrics]) => ({
      resource: { attributes: pairs(attributes) },
      scopeMetrics: [{ metrics }],
    })),
  }
}

function deltaOf(...points: readonly ReferencePoint[]): ReferenceMessage {
  const dataPoints = points.map((point) => pointOf(point))
  const metric = { name: 'm', exponentialHistogram: { dataPoints, aggregationTemporality: 1 } }
  return messageOf([{ 'host.name': 'n' }, metric])
}

function decode(message: ReferenceMessage, offset = 7n): DecodedRecord {
  return new RecordDecoder().decode(arriveForeign(referenceEncode(message), offset))
}

describe('a foreign host', () => {
  it.each<[string, Texts, Texts]>([
    [
      'service.instance.id',
      { 'service.instance.id': 'i', 'host.id': 'x', 'host.name': 'n' },
      { 'service.instance.id': 'i' },
    ],
    ['host.id, when it has no service.instance.id', { 'host.id': 'x', 'host.name': 'n' }, { 'host.id': 'x' }],
    ['host.name, when it has no id', { 'host.name': 'n', 'service.name': 's' }, { 'host.name': 'n' }],
  ])('is known by %s', (_what, resource, least) => {
    const [uid, same] = [decode(messageOf([resource])), decode(messageOf([least]))].map(
      (each) => each.parts[0]?.host.agentUid,
    )
    expect(uid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    expect(same).toBe(uid)
  })

  it('keeps its uid from version to version, since it stands in databases', () => {
    const { parts } = decode(messageOf([{ 'host.name': 'n' }]))
    expect(parts[0]?.host).toEqual({
      agentUid: 'fcce7004-8769-90d5-57c9-1b6059f78273',
      name: 'n',
      labels: {},
      resource: { 'host.name': 'n' },
    })
    expect(parts[0]?.run).toEqual({ run: 5040531676514457087n, foreign: true, startedAtMs: recordTimeMs })
  })

  it('is another in another cluster', () => {
    const value = referenceEncode(messageOf([{ 'host.name': 'n' }]))
    const arrived = arriveForeign(value)
    const origin = { cluster: 'cluster-2', topic: 't', partition: 0, offset: 1n }
    const uids = [arrived, { ...arrived, origin }].map(
      (each) => new RecordDecoder().decode(each).parts[0]?.host.agentUid,
    )
    expect(new Set(uids).size).toBe(2)
  })

  it('that is not named at all is kept as unnamed', () => {
    expect(decode(messageOf([{}, gauge(1)])).parts[0]?.host.name).toBe('unnamed')
  })

  it('is one part, however many resources speak of it', () => {
    const { parts } = decode(
      messageOf(
        [{ 'host.name': 'a' }, gauge(1, { of: 'x' })],
        [{ 'host.name': 'b' }, gauge(2)],
        [{ 'host.name': 'a' }, gauge(3, { of: 'y' })],
      ),
    )
    expect(parts.map(({ host, scrapes }) => [host.name, scrapes.map(({ readings }) => [...readings])])).toEqual([
      ['a', [[1, 3]]],
      ['b', [[2]]],
    ])
  })

  it('has processes, containers and services, whose attributes join the series', () => {
    const { parts } = decode(
      messageOf(
        [{ 'host.name': 'a', 'process.pid': '1' }, gauge(1, { mode: 'x' })],
        [{ 'host.name': 'a', 'service.name': 's' }, gauge(2)],
      ),
    )
    expect(parts.map(({ host }) => host.resource)).toEqual([{ 'host.name': 'a' }])
    expect(parts.flatMap(plainPart).map(({ attributes, value }) => [attributes, value])).toEqual([
      [{ 'process.pid': '1', mode: 'x' }, 1],
      [{ 'service.name': 's' }, 2],
    ])
  })
})

describe('a foreign run', () => {
  it('is its partition, and its seq the offset', () => {
    const value = referenceEncode(messageOf([{ 'host.name': 'n' }]))
    const arrived = arriveForeign(value, 41n)
    const origins = [{}, { partition: 4 }, { topic: 'other' }, { topicId: 'id' }, { cluster: 'other' }]
    const parts = origins.map((change) => {
      const origin = { cluster: 'cluster-1', topic: 'otlp_metrics', partition: 3, offset: 41n, ...change }
      return new RecordDecoder().decode({ ...arrived, origin }).parts[0]
    })
    expect(parts.map((part) => part?.seq)).toEqual([41, 41, 41, 41, 41])
    expect(new Set(parts.map((part) => part?.run.run)).size).toBe(origins.length)
  })
})

describe('rows of one foreign record', () => {
  it('are one for each time', () => {
    const metrics = [gauge(1), gauge(2, { of: 'x' }, 1000), gauge(3, { of: 'x' })]
    const { parts } = decode(messageOf([{ 'host.name': 'n' }, ...metrics]))
    expect(parts[0]?.scrapes.map(({ timeMs, readings }) => [timeMs - recordTimeMs, [...readings]])).toEqual([
      [0, [1, 3]],
      [1000, [2]],
    ])
  })

  it('are cut after 200 numbers, each with a layout of its own', () => {
    const metrics = Array.from({ length: 450 }, (_, index) => gauge(index, { index: `${index}` }))
    const scrapes = decode(messageOf([{ 'host.name': 'n' }, ...metrics])).parts[0]?.scrapes ?? []
    expect(scrapes.map(({ readings }) => readings.length)).toEqual([200, 200, 50])
    expect(new Set(scrapes.map(({ layout }) => layout.hash)).size).toBe(3)
    expect(scrapes.flatMap(({ readings }) => Array.from(readings))).toEqual(metrics.map((_, index) => index))
  })

  it('hold a number once that stands there twice, and refuse two numbers for one', () => {
    const twice = messageOf([{ 'host.name': 'n' }, gauge(1)], [{ 'host.name': 'n' }, gauge(1)])
    expect(decode(twice).parts.flatMap(plainPart)).toHaveLength(1)
    const two = messageOf([{ 'host.name': 'n' }, gauge(1)], [{ 'host.name': 'n' }, gauge(2)])
    expect(() => decode(two)).toThrow('two values of m with equal attributes at one time')
  })

  it('hold nothing for what the schema has no place for, and say how much', () => {
    const dataPoints = [pointOf({ asDouble: 1 }), pointOf({ asDouble: 2 }, 1)]
    const { parts, unsupported } = decode(
      messageOf([
        { 'host.name': 'n' },
        { name: 'a', summary: { dataPoints: [pointOf({})] } },
        { name: 'b', histogram: { dataPoints: [pointOf({})], aggregationTemporality: 1 } },
        { name: 'c', sum: { dataPoints, aggregationTemporality: 1, isMonotonic: true } },
        { name: 'd', exponentialHistogram: { dataPoints: [pointOf({})], aggregationTemporality: 2 } },
        { name: 'e', exponentialHistogram: { dataPoints: [pointOf({ scale: 21 })], aggregationTemporality: 1 } },
      ]),
    )
    expect(unsupported).toBe(6)
    expect(parts.flatMap(plainPart)).toEqual([])
  })

  it('are missing, and counted, where a value is not finite or not recorded', () => {
    const points = [
      pointOf({ asDouble: Number.NaN }),
      pointOf({ asDouble: Infinity }, 1),
      pointOf({ asInt: '5', flags: 1 }, 2),
    ]
    const { parts, notFinite } = decode(messageOf([{ 'host.name': 'n' }, { name: 'm', gauge: { dataPoints: points } }]))
    expect(notFinite).toBe(3)
    expect(parts.flatMap(plainPart).map(({ value }) => value)).toEqual(['missing', 'missing', 'missing'])
  })

  it('are the nearest double, and told, where a whole number is beyond 2^53', () => {
    const points = ['9007199254740991', '-9007199254740993', '9223372036854775807'].map((asInt, at) =>
      pointOf({ asInt }, at),
    )
    const { parts, inexact } = decode(messageOf([{ 'host.name': 'n' }, { name: 'm', gauge: { dataPoints: points } }]))
    expect(parts.flatMap(plainPart).map(({ value }) => value)).toEqual([2 ** 53 - 1, -(2 ** 53), 2 ** 63])
    expect(inexact.map(({ name }) => name)).toEqual(['m', 'm'])
  })

  it('say since when a counter counts', () => {
    const dataPoints = [pointOf({ asInt: '5', startTimeUnixNano: `${recordTimeMs - 7}000000` })]
    const total = { name: 'c', sum: { dataPoints, aggregationTemporality: 2, isMonotonic: true } }
    const { parts } = decode(messageOf([{ 'host.name': 'n' }, total, gauge(1)]))
    expect(parts[0]?.scrapes[0]?.startTimesMs).toEqual(Float64Array.of(recordTimeMs - 7, 0))
  })
})

describe('foreign histograms', () => {
  const twoBuckets = { count: '2', sum: 3, scale: 1, positive: { offset: -1, bucketCounts: ['1', '1'] } }

  it('stand there once when said twice, and are refused when they differ', () => {
    expect(decode(deltaOf(twoBuckets, twoBuckets)).parts[0]?.histograms).toHaveLength(1)
    expect(() => decode(deltaOf(twoBuckets, { ...twoBuckets, sum: 4 }))).toThrow('two values of m')
  })

  it.each<[string, ReferencePoint]>([
    ['observed what is below zero', { ...twoBuckets, negative: { bucketCounts: ['1'] } }],
    ['have a sum that is not finite', { ...twoBuckets, sum: Number.NaN }],
    ['were not recorded', { ...twoBuckets, flags: 1 }],
  ])('that %s are left out and counted', (_what, point) => {
    const { parts, unsupported } = decode(deltaOf(point))
    expect([parts[0]?.histograms.length, unsupported]).toEqual([0, 1])
  })
})

describe('messages that are no OTLP', () => {
  it.each([
    ['telegraf_json', 'this looks like JSON of Telegraf'],
    ['telegraf_influx', 'this looks like Influx line protocol'],
    ['collectd', 'this looks like JSON of collectd'],
    ['metricinator', 'this looks like JSON'],
  ])('of %s are told by their look', (name, sentence) => {
    const text = readFileSync(new URL(`../../test/fixtures/wire/${name}.jsonl`, import.meta.url), 'utf8').trim()
    for (const line of text.split('\n')) {
      // The fixture's form is told in its SOURCE.md.
      const { value } = JSON.parse(line) as { readonly value: string }
      expect(() => new RecordDecoder().decode(arriveForeign(Buffer.from(value, 'base64')))).toThrow(sentence)
    }
  })

  it.each([
    ['nothing', new Uint8Array(0), 'holds no resource'],
    ['OTLP as JSON', Buffer.from('{"resourceMetrics":[]}'), 'set the exporter to otlp_proto'],
    ['noise', Buffer.of(0xff, 0xff, 0xff), 'this is no OTLP protobuf'],
  ])('such as %s are refused', (_what, bytes, sentence) => {
    expect(() => new RecordDecoder().decode(arriveForeign(bytes))).toThrow(sentence)
  })

  it('are not taken for JSON because of the length of a message', () => {
    // 0x7b, the length of the ResourceMetrics, is the code of a brace.
    const name = 'n'.repeat(102)
    const bytes = referenceEncode(messageOf([{ 'host.name': name }]))
    expect(Buffer.from(bytes.subarray(0, 2)).toString()).toBe('\n{')
    expect(new RecordDecoder().decode(arriveForeign(bytes)).parts[0]?.host.name).toBe(name)
  })

  it('do not come from our own spool', () => {
    const { key, headers, value, timestampMs } = arriveForeign(referenceEncode(messageOf([{}])))
    expect(() => new RecordDecoder().decode({ key, headers, value, timestampMs })).toThrow('did not come from Kafka')
  })
})
