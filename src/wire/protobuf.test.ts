import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RecordError } from '../runtime/errors.ts'
import { ProtobufReader } from './protobuf-reader.ts'
import { ProtobufWriter } from './protobuf-writer.ts'

function reading<T>(bytes: Uint8Array, read: (r: ProtobufReader) => T): T {
  const r = new ProtobufReader(bytes)
  r.next()
  return read(r)
}

function written(write: (w: ProtobufWriter) => void): Uint8Array {
  const w = new ProtobufWriter(1)
  write(w)
  return w.finish()
}

const sint32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })

describe('what is written is read', () => {
  it('for whole numbers', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), sint32, (integer, small) => {
        expect(
          reading(
            written((w) => w.varint(1, Math.abs(integer))),
            (r) => r.exactVarint(),
          ),
        ).toBe(Math.abs(integer))
        expect(
          reading(
            written((w) => w.int64(1, integer)),
            (r) => r.int64(),
          ),
        ).toBe(integer)
        expect(
          reading(
            written((w) => w.zigzag(1, small)),
            (r) => r.sint32(),
          ),
        ).toBe(small)
        expect(
          reading(
            written((w) => w.fixed64(1, BigInt(integer))),
            (r) => r.nearestSfixed64(),
          ),
        ).toBe(integer)
      }),
    )
  })

  it('for doubles and texts', () => {
    fc.assert(
      fc.property(fc.double(), fc.string({ unit: 'binary', maxLength: 300 }), (double, text) => {
        expect(
          reading(
            written((w) => w.double(1, double)),
            (r) => r.double(),
          ),
        ).toBe(double)
        expect(
          reading(
            written((w) => w.string(1, text)),
            (r) => r.string(),
          ),
        ).toBe(text.replaceAll('\0', ''))
      }),
    )
  })

  it.each([0, 127, 128, 16_383, 16_384, 100_000])('for a message of %i bytes', (length) => {
    const text = 'x'.repeat(length)
    const bytes = written((w) => w.message(1, () => w.message(2, () => w.string(3, text))))
    const r = new ProtobufReader(bytes)
    expect(r.next()).toBe(1 * 8 + 2)
    const outer = r.enter()
    expect(r.next()).toBe(2 * 8 + 2)
    const inner = r.enter()
    expect(r.next()).toBe(3 * 8 + 2)
    expect(r.string()).toBe(text)
    expect(r.next()).toBe(0)
    r.leave(inner)
    expect(r.next()).toBe(0)
    r.leave(outer)
    expect([r.next(), r.position]).toEqual([0, bytes.length])
  })
})

describe('the reader', () => {
  it('skips what it does not know', () => {
    const bytes = Buffer.concat([
      written((w) => w.varint(1, 300)),
      written((w) => w.double(2, 1)),
      written((w) => w.string(3, 'x')),
      Buffer.of(4 * 8 + 5, 1, 2, 3, 4),
    ])
    const r = new ProtobufReader(bytes)
    const tags: number[] = []
    for (let tag = r.next(); tag !== 0; tag = r.next()) {
      tags.push(tag)
      r.skip(tag)
    }
    expect(tags).toEqual([8, 17, 26, 37])
  })

  it.each<[string, readonly number[], (r: ProtobufReader) => unknown]>([
    ['a number that is cut off', [0x80], (r) => r.varint()],
    ['a number of more than ten bytes', Array.from({ length: 11 }, () => 0xff), (r) => r.varint()],
    ['a whole number beyond 2^53', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], (r) => r.exactVarint()],
    ['a whole number beyond 2^53', [0, 0, 0, 0, 0, 0, 0x20, 0], (r) => r.fixed64()],
    ['a number of more than 32 bits', [0xff, 0xff, 0xff, 0xff, 0x7f], (r) => r.sint32()],
    ['a fixed number that is cut off', [1, 2, 3], (r) => r.double()],
    ['a length that reaches beyond the end', [3, 1, 2], (r) => r.range()],
    ['a length that reaches beyond the end', [0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], (r) => r.enter()],
    ['the field number 0', [7], (r) => r.next()],
    ['wire type 3', [], (r) => r.skip(11)],
    ['wire type 5', [1, 2, 3], (r) => r.skip(13)],
  ])('refuses %s', (what, bytes, read) => {
    const r = new ProtobufReader(Uint8Array.from(bytes))
    expect(() => read(r)).toThrow(RecordError)
    expect(() => read(new ProtobufReader(Uint8Array.from(bytes)))).toThrow(`this is no OTLP protobuf: ${what}`)
  })

  it('does not read beyond the current message', () => {
    const r = new ProtobufReader(Uint8Array.of(10, 1, 0x80, 0x10, 0x01))
    r.next()
    r.enter()
    expect(() => r.varint()).toThrow('cut off')
  })
})
