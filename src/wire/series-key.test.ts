import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attributes } from '../../test/support/wire-samples.ts'
import type { Attributes, Series } from '../metric/sample.ts'
import { attributesHash, canonicalAttributes, layoutHash, seriesKey } from './series-key.ts'

function turned(each: Attributes): Attributes {
  return Object.fromEntries(Object.entries(each).toReversed())
}

const series: Series = { name: 'a', unit: '1', kind: 'gauge', attributes: { b: 1, a: 'x' } }

describe('canonical attributes', () => {
  it('sort the keys of every object', () => {
    expect(canonicalAttributes({ b: [{ d: 1, c: null }], a: { z: true, y: 'ü' } })).toBe(
      '{"a":{"y":"ü","z":true},"b":[{"c":null,"d":1}]}',
    )
  })

  it('are one text in whatever order the keys came, and say all they said', () => {
    fc.assert(
      fc.property(attributes, (each) => {
        expect(canonicalAttributes(turned(each))).toBe(canonicalAttributes(each))
        expect(JSON.parse(canonicalAttributes(each))).toEqual(each)
      }),
    )
  })

  it('hash to the first 16 bytes of SHA-256', () => {
    const expected = createHash('sha256').update('{"a":1}').digest('hex').slice(0, 32)
    expect(Buffer.from(attributesHash({ a: 1 })).toString('hex')).toBe(expected)
  })
})

describe('the key of a series', () => {
  it('does not ask how it is described or sent', () => {
    expect(seriesKey({ ...series, attributes: turned(series.attributes), description: 'x', integer: true })).toBe(
      seriesKey(series),
    )
  })

  it.each<[string, Partial<Series>]>([
    ['name', { name: 'b' }],
    ['unit', { unit: '' }],
    ['kind', { kind: 'counter' }],
    ['attribute', { attributes: { b: 1, a: 'y' } }],
    ['type of an attribute', { attributes: { b: '1', a: 'x' } }],
  ])('differs by %s, and so does the layout', (_what, change) => {
    expect(seriesKey({ ...series, ...change })).not.toBe(seriesKey(series))
    expect(layoutHash([{ ...series, ...change }])).not.toBe(layoutHash([series]))
  })
})

describe('the hash of a layout', () => {
  it('is what it was in the first version, since it stands in databases', () => {
    expect(layoutHash([series, { ...series, name: 'b' }])).toBe('cdf73afd2ecbc88654c97fa08f129278')
    expect(layoutHash([])).toBe('e3b0c44298fc1c149afbf4c8996fb924')
  })

  it('asks the order', () => {
    const other = { ...series, name: 'b' }
    expect(layoutHash([series, other])).not.toBe(layoutHash([other, series]))
  })
})
