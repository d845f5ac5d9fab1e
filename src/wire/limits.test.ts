import { expect, it } from 'vitest'
import {
  referenceEncode,
  type ReferencePair,
  type ReferencePoint,
  type ReferenceValue,
} from '../../test/support/otlp-reference.ts'
import { arriveForeign } from '../../test/support/wire-samples.ts'
import { RecordError } from '../runtime/errors.ts'
import { RecordDecoder } from './decode.ts'
import { limits } from './limits.ts'

const host: ReferencePair = { key: 'host.name', value: { stringValue: 'h' } }

function pairsOf(count: number): readonly ReferencePair[] {
  return Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: { boolValue: true } }))
}

/** Lists in lists, `levels` of them. */
function nested(levels: number): ReferenceValue {
  return levels === 0 ? {} : { arrayValue: { values: [nested(levels - 1)] } }
}

function textOf(length: number): readonly ReferencePair[] {
  // Nine bytes are the key and what stands around key and value.
  return [{ key: 'k', value: { stringValue: 'x'.repeat(length - 9) } }]
}

interface Content {
  readonly resource?: readonly ReferencePair[]
  readonly name?: string
  readonly unit?: string
  readonly points?: readonly ReferencePoint[]
}

function recordOf({ resource = [], name = 'm', unit = '', points = [{ asDouble: 1 }] }: Content): Uint8Array {
  const metrics = [{ name, unit, gauge: { dataPoints: points } }]
  return referenceEncode({
    resourceMetrics: [{ resource: { attributes: [host, ...resource] }, scopeMetrics: [{ metrics }] }],
  })
}

function pointsOf(count: number): readonly ReferencePoint[] {
  return Array.from({ length: count }, (_, index) => ({ timeUnixNano: `${index}000000` }))
}

it.each<[string, Content, Content, string]>([
  [
    'the attributes of a series',
    { points: [{ attributes: pairsOf(64) }] },
    { points: [{ attributes: pairsOf(65) }] },
    'more than 64 attributes',
  ],
  ['the attributes of a resource', { resource: pairsOf(63) }, { resource: pairsOf(64) }, 'more than 64 attributes'],
  [
    'the bytes of an attribute',
    { points: [{ attributes: textOf(1024) }] },
    { points: [{ attributes: textOf(1025) }] },
    'an attribute of 1025 bytes, more than 1024',
  ],
  [
    'the depth of an attribute',
    { points: [{ attributes: [{ key: 'k', value: nested(30) }] }] },
    { points: [{ attributes: [{ key: 'k', value: nested(31) }] }] },
    'nested deeper than 32',
  ],
  [
    'the name of a metric',
    { name: 'x'.repeat(255) },
    { name: 'x'.repeat(256) },
    'a name or unit of more than 255 or 63 characters',
  ],
  [
    'the unit of a metric',
    { unit: 'x'.repeat(63) },
    { unit: 'x'.repeat(64) },
    'a name or unit of more than 255 or 63 characters',
  ],
  ['the points of a record', { points: pointsOf(50_000) }, { points: pointsOf(50_001) }, 'more than 50000 data points'],
  [
    'whole numbers in attributes',
    { resource: [{ key: 'k', value: { intValue: '-9007199254740991' } }] },
    { resource: [{ key: 'k', value: { intValue: '-9007199254740993' } }] },
    'beyond 2^53',
  ],
])('%s: takes the most, refuses more', (_what, most, more, sentence) => {
  const decoder = new RecordDecoder()
  expect(decoder.decode(arriveForeign(recordOf(most))).parts).toHaveLength(1)
  expect(() => decoder.decode(arriveForeign(recordOf(more)))).toThrow(RecordError)
  expect(() => decoder.decode(arriveForeign(recordOf(more)))).toThrow(sentence)
})

it('a small record that would say very much is refused', () => {
  const resource = Array.from({ length: 60 }, (_, index) => ({
    key: `process.k${index}`,
    value: { stringValue: 'x'.repeat(1000) },
  }))
  const record = (count: number): Uint8Array => recordOf({ resource, points: pointsOf(count) })
  expect(new RecordDecoder().decode(arriveForeign(record(200))).parts).toHaveLength(1)
  expect(() => new RecordDecoder().decode(arriveForeign(record(300)))).toThrow('would be repeated')
})

it('a record of more than a mebibyte is refused unread', () => {
  expect(() => new RecordDecoder().decode(arriveForeign(new Uint8Array(limits.recordBytes + 1)))).toThrow(
    'more than 1048576',
  )
})

it('a message nested without end is refused, not followed', () => {
  const [tag, length] = [0x2a, 0xff]
  const bomb = new Uint8Array(limits.recordBytes).map((_, index) => (index % 2 === 0 ? tag : length))
  expect(() => new RecordDecoder().decode(arriveForeign(bomb))).toThrow(RecordError)
})

it('text that is no UTF-8 is refused', () => {
  const record = Buffer.from(recordOf({ name: 'mmmm' }))
  record[record.indexOf('mmmm') + 1] = 0xff
  expect(() => new RecordDecoder().decode(arriveForeign(record))).toThrow('is no UTF-8')
})

it('a metric without a name is refused', () => {
  expect(() => new RecordDecoder().decode(arriveForeign(recordOf({ name: '' })))).toThrow('a metric without a name')
})

it('a description that is too long is cut, since it is only words', () => {
  const description = `${'x'.repeat(limits.description - 1)}😀`
  const metrics = [{ name: 'm', description, gauge: { dataPoints: [{ asDouble: 1 }] } }]
  const value = referenceEncode({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] })
  const [series] = new RecordDecoder().decode(arriveForeign(value)).parts[0]?.scrapes[0]?.layout.series ?? []
  expect(series?.description).toBe(`${'x'.repeat(limits.description - 1)}\uFFFD`)
})
