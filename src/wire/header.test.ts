import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RecordError } from '../runtime/errors.ts'
import { uuidText } from '../runtime/uuid.ts'
import { decodeHeader, decodeNote, encodeHeader, encodeNote } from './header.ts'

const uid = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(uuidText)
const run = fc.bigInt(0n, 2n ** 63n - 1n)
const seq = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })

describe('the header hostvitals', () => {
  it('comes back as it was sent', () => {
    const header = fc.record({
      agentUid: uid,
      run,
      seq,
      sentAtMs: fc.integer({ min: 0, max: 2 ** 42 }),
      crc: fc.integer({ min: 0, max: 0xffffffff }),
    })
    fc.assert(
      fc.property(header, (sent) => {
        expect(decodeHeader(encodeHeader(sent))).toEqual(sent)
      }),
    )
  })

  it('is 45 bytes, big endian', () => {
    const agentUid = '00112233-4455-6677-8899-aabbccddeeff'
    const bytes = encodeHeader({ agentUid, run: 0x0102030405060708n, seq: 9, sentAtMs: 1.5, crc: 0xe3069283 })
    expect(Buffer.from(bytes).toString('hex')).toBe(
      [
        '01',
        '00112233445566778899aabbccddeeff',
        '0102030405060708',
        '0000000000000009',
        '00000000000005dc',
        'e3069283',
      ].join(''),
    )
  })

  const good = encodeHeader({ agentUid: '00112233-4455-6677-8899-aabbccddeeff', run: 1n, seq: 1, sentAtMs: 0, crc: 0 })
  it.each([
    ['nothing', good.subarray(0, 0), 'has 0 bytes, not 45'],
    ['a byte less', good.subarray(1), 'has 44 bytes, not 45'],
    ['a byte more', Buffer.concat([good, good.subarray(0, 1)]), 'has 46 bytes, not 45'],
    ['a later version', changed(good, 0, 2), 'is of version 2, this program reads 1'],
    ['a run of 64 bits', changed(good, 17, 0x80), 'beyond 63 bits'],
    ['a seq beyond 2^53', changed(good, 25, 1), 'beyond 2^53'],
    ['the seq 0', changed(good, 32, 0), 'counts from 1'],
    ['a time that no database keeps', changed(good, 33, 0xff), 'after the year 9999'],
  ])('refuses %s', (_what, bytes, sentence) => {
    expect(() => decodeHeader(bytes)).toThrow(RecordError)
    expect(() => decodeHeader(bytes)).toThrow(sentence)
  })
})

describe('the header hostvitals-note', () => {
  it('comes back as it was sent', () => {
    const reason = fc.constantFrom('full' as const, 'corrupt' as const, 'refused' as const, 'run-ended' as const)
    const note = fc.record({ run, fromSeq: seq, toSeq: seq, reason })
    fc.assert(
      fc.property(note, (sent) => {
        expect(decodeNote(encodeNote(sent))).toEqual(sent)
      }),
    )
  })

  const good = encodeNote({ run: 1n, fromSeq: 1, toSeq: 2, reason: 'full' })
  it.each([
    ['nothing', good.subarray(0, 0), 'has 0 bytes, not 25'],
    ['a reason that nobody knows', Buffer.concat([good, Buffer.from('er')]), "the unknown reason 'fuller'"],
    ['a run of 64 bits', changed(good, 1, 0x80), 'beyond 63 bits'],
    ['a seq beyond 2^53', changed(good, 17, 1), 'beyond 2^53'],
  ])('refuses %s', (_what, bytes, sentence) => {
    expect(() => decodeNote(bytes)).toThrow(sentence)
  })
})

function changed(bytes: Uint8Array, at: number, byte: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[at] = byte
  return copy
}
