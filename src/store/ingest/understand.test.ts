import { describe, expect, it } from 'vitest'
import type { ArrivedRecord, Note } from '../../metric/record.ts'
import type { DecodedPart, DecodedRecord } from '../../wire/decoded-record.ts'
import { encodeHeader } from '../../wire/header.ts'
import { type Arrival, understand, understandAll } from './understand.ts'

const agentUid = '00112233-4455-6677-8899-aabbccddeeff'
const timeMs = Date.UTC(2026, 10, 24)
const part: DecodedPart = {
  host: { agentUid, name: 'web-1', labels: {}, resource: {} },
  run: { run: 7n, foreign: false, startedAtMs: timeMs },
  seq: 3,
  scrapes: [{ timeMs, layout: { hash: '00', series: [] }, readings: new Float64Array() }],
  histograms: [],
}

function arrived(run = 7n, seq = 3): ArrivedRecord {
  const header = encodeHeader({ agentUid, run, seq, sentAtMs: timeMs, crc: 0 })
  return { key: undefined, headers: new Map([['hostvitals', header]]), value: new Uint8Array(), timestampMs: timeMs }
}

function understandAs(decoded: Partial<DecodedRecord>, record = arrived()): Arrival {
  const decode = (): DecodedRecord => ({ parts: [part], notFinite: 0, inexact: [], unsupported: 0, ...decoded })
  return understand(record, { decode }, true)
}

const note: Note = { run: 6n, fromSeq: 1, toSeq: 4, reason: 'full' }

describe('understanding a record', () => {
  it('gives its content and who it is', () => {
    const { content, identity } = understandAs({ note })
    expect(identity).toMatchObject({ agentUid, run: 7n, seq: 3, crc: 0 })
    expect(content).toMatchObject({ parts: [part], note })
  })

  it.each<[string, Partial<DecodedRecord>, string]>([
    ['a run beyond 2^63', { parts: [{ ...part, run: { ...part.run, run: 2n ** 63n } }] }, 'beyond 2^63'],
    ['seq 0', { parts: [{ ...part, seq: 0 }] }, 'below 1'],
    ['a time before 1970', { parts: [withTime(-1)] }, 'no time between'],
    ['a time that is no number', { parts: [withTime(Number.NaN)] }, 'no time between'],
    ['a time in the year 10000', { parts: [withTime(253_402_300_800_000)] }, 'no time between'],
    ['a note about a run beyond 2^63', { note: { ...note, run: 2n ** 64n - 1n } }, "note's run"],
    ['a note whose range is turned round', { note: { ...note, fromSeq: 9 } }, 'range 9 to 4'],
    ['a note from 0', { note: { ...note, fromSeq: 0 } }, 'range 0 to 4'],
  ])('refuses %s', (_name, decoded, error) => {
    expect(understandAs(decoded).content).toMatchObject({ reason: 'limits', error: expect.stringContaining(error) })
  })

  it('accepts that a former run ended before its first record', () => {
    const { content } = understandAs({ note: { run: 6n, fromSeq: 1, toSeq: 0, reason: 'run-ended' } })
    expect(content).toMatchObject({ parts: [part] })
  })

  it.each([
    ['a run that no database can hold', arrived(2n ** 63n)],
    ['seq 0', arrived(7n, 0)],
    ['a header cut short', { ...arrived(), headers: new Map([['hostvitals', Uint8Array.of(1, 2)]]) }],
  ])('takes no identity from %s', (_name, record) => {
    expect(understandAs({}, record).identity).toBeUndefined()
  })

  it('believes no identity whose value does not match the checksum, since the true record may yet come', () => {
    const garbled = { ...arrived(), value: Uint8Array.of(1) }
    expect(understand(garbled, { decode: outOfBounds }, true).identity).toBeUndefined()
    expect(understand(arrived(), { decode: outOfBounds }, true).identity).toMatchObject({ seq: 3 })
  })

  it('turns whatever the decoder throws into a refusal', () => {
    const { content } = understand(arrived(), { decode: outOfBounds }, true)
    expect(content).toEqual({ reason: 'undecodable', error: 'offset is out of bounds' })
  })
})

function withTime(ms: number): DecodedPart {
  return { ...part, scrapes: part.scrapes.map(({ layout, readings }) => ({ timeMs: ms, layout, readings })) }
}

function outOfBounds(): never {
  throw new RangeError('offset is out of bounds')
}

function decodeTime({ timestampMs }: ArrivedRecord): DecodedRecord {
  return { parts: [{ ...part, seq: timestampMs }], notFinite: 0, inexact: [], unsupported: 0 }
}

it('understands the records of a batch in their order, and lets others have their turn', async () => {
  let turns = 0
  const pause = async (): Promise<void> => void turns++
  const records = Array.from({ length: 100 }, (_, at) => Object.assign(arrived(), { timestampMs: at + 1 }))
  const arrivals = await understandAll(records, { decoder: { decode: decodeTime }, acceptForeign: true, pause })
  expect(arrivals.map(({ record }) => record)).toEqual(records)
  expect(arrivals[99]?.content).toMatchObject({ parts: [{ seq: 100 }] })
  expect(turns).toBeGreaterThan(1)
  expect(turns).toBeLessThan(10)
})
