import { gzipSync, zstdCompressSync } from 'node:zlib'
import { compressionsAlgorithms } from '@platformatic/kafka'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  flipped,
  type LogBatchWish,
  logBatch,
  logBatchBytes,
  packAsJava,
  resealed,
} from '../../test/support/log-batches.ts'
import { HostvitalsError } from '../runtime/errors.ts'
import type { FetchedBatch } from '../runtime/network.ts'
import { FetchBudget } from './fetch-budget.ts'
import { type LogBatch, readLogBatches } from './log-batch.ts'
import { lz4Bound } from './lz4-bound.ts'
import { PackedPartition } from './packed-partition.ts'
import { snappyBound } from './snappy-bound.ts'

const mostOfBatchBytes = 67_108_864
const { lz4, snappy } = compressionsAlgorithms
/** What packs the records, and the attribute that says so. */
const packings = {
  gzip: [1, gzipSync],
  snappy: [2, snappy.compressSync],
  lz4: [3, lz4.compressSync],
  zstd: [4, zstdCompressSync],
} as const
const names = Object.keys(packings) as readonly (keyof typeof packings)[]

function packedWith(name: keyof typeof packings): Required<Pick<LogBatchWish, 'attributes' | 'pack'>> {
  const [attributes, pack] = packings[name]
  return { attributes, pack: (records) => pack(records) }
}

/** What is handed out of these batches, asked from an offset, as a reader does: what is suspected is asked for again. */
function handedOut(batches: readonly LogBatch[], fromOffset = 0n, maxBufferedBytes = 1e6): readonly Share[] {
  const last = batches.at(-1)
  const highWatermark = last === undefined ? 0n : last.firstOffset + BigInt(Math.max(0, last.lastOffsetDelta)) + 1n
  const fetched = { partition: 0, errorCode: 0, highWatermark, aborted: [], batches }
  const first = PackedPartition.of(fetched, fromOffset, undefined)
  const budget = new FetchBudget(maxBufferedBytes)
  const shares = [...first.unpacked(maxBufferedBytes, budget)]
  if (first.suspectOffset === undefined) return shares
  const rest = batches.filter((batch) => batch.firstOffset >= (first.suspectOffset ?? 0n))
  const again = PackedPartition.of({ ...fetched, batches: rest }, first.nextOffset, first.suspectOffset)
  return [...shares, ...again.unpacked(maxBufferedBytes, budget)]
}

type Share = Pick<FetchedBatch, 'fromOffset' | 'nextOffset' | 'records'>

const value = Buffer.from('hello hello hello hello')
const two = [
  { offsetDelta: 0, value },
  { offsetDelta: 1, value },
]

describe('a batch of the log', () => {
  it.each(names)('packed with %s gives its records', (name) => {
    const [share] = handedOut([logBatch({ firstOffset: 5n, records: two, ...packedWith(name) })], 5n)
    expect(share?.records.map((record) => [record.offset, record.value.toString(), record.unread])).toEqual([
      [5n, String(value), undefined],
      [6n, String(value), undefined],
    ])
    expect(share).toMatchObject({ fromOffset: 5n, nextOffset: 7n })
  })

  it('packed by Java with snappy gives its records', () => {
    const [share] = handedOut([logBatch({ records: two, attributes: 2, pack: packAsJavaDoes })])
    expect(share?.records.map((record) => String(record.value))).toEqual([String(value), String(value)])
  })

  it.each(names)('that %s would unpack beyond the bound is one record, whole, and takes no memory', (name) => {
    const bomb = logBatch({
      records: [{ offsetDelta: 0, value: new Uint8Array(mostOfBatchBytes) }],
      ...packedWith(name),
    })
    const behind = logBatch({ firstOffset: 1n, records: [{ offsetDelta: 0, value }] })
    // A bomb of a megabyte is what brokers take; snappy and LZ4 pack no tighter.
    expect(bomb.bytes.length).toBeLessThan(4_000_000)
    const before = process.memoryUsage().arrayBuffers
    const records = handedOut([bomb, behind]).flatMap((share) => share.records)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 * mostOfBatchBytes)
    expect(records.map(({ offset }) => offset)).toEqual([0n, 1n])
    expect(records[0]?.unread).toMatch(
      new RegExp(`^this is a whole batch of the log, offsets 0 to 0, packed with ${name}`),
    )
    expect(bomb.bytes.equals(records[0]?.value ?? Buffer.alloc(0))).toBe(true)
    expect(records[1]?.unread).toBeUndefined()
  })

  it.each([
    ['says that it has more records than memory may hold', { recordCount: 2 ** 31 - 1 }],
    ['has fewer records than it says', { recordCount: 3, records: two }],
    ['has more records than it says', { recordCount: 1, records: two }],
    ['is packed with what nobody knows', { attributes: 5, records: two }],
    ['is said to be packed and is not', { attributes: 4, records: two }],
    ['has offsets out of order', { records: two.toReversed(), lastOffsetDelta: 1 }],
    ['has offsets beyond its end', { records: two, lastOffsetDelta: 0 }],
    ['has a record with a giant length', { recordCount: 1, pack: () => Buffer.from('feffffff0f0000', 'hex') }],
    ['has a number of eleven bytes', { recordCount: 1, pack: () => Buffer.alloc(12, 0xff) }],
    [
      'has a record with more headers than bytes',
      { recordCount: 1, pack: () => Buffer.from('1a00000001_01feffffff0f'.replace('_', ''), 'hex') },
    ],
  ])('that %s is one record that says why', (_what, wish) => {
    const [share] = handedOut([logBatch(wish), logBatch({ firstOffset: 9n, records: two })])
    expect(share?.records.map(({ unread }) => unread !== undefined)).toEqual([true, false, false])
    expect(share?.nextOffset).toBe(11n)
  })

  it('whose bytes do not match its checksum is asked for once more, and then one record', () => {
    const whole = logBatchBytes({ firstOffset: 3n, records: two })
    const bytes = flipped(whole, whole.length - 2, 1)
    const shares = handedOut(
      [logBatch({ firstOffset: 2n, records: [{ offsetDelta: 0, value }] }), ...readLogBatches(bytes)],
      2n,
    )
    expect(shares.map(({ fromOffset, nextOffset }) => [fromOffset, nextOffset])).toEqual([
      [2n, 3n],
      [3n, 5n],
    ])
    expect(shares[1]?.records).toMatchObject([{ offset: 3n, unread: expect.stringContaining('checksum') }])
  })

  it('of the format before Kafka 0.11 is one record', () => {
    const bytes = logBatchBytes({ firstOffset: 3n, records: two })
    bytes[16] = 1
    expect(handedOut(readLogBatches(bytes), 3n)).toMatchObject([{ nextOffset: 4n, records: [{ offset: 3n }] }])
  })

  it('is handed out in shares that the bound allows, without a hole', () => {
    const great = { offsetDelta: 0, value: Buffer.alloc(300_000) }
    const batches = Array.from({ length: 10 }, (_, at) => logBatch({ firstOffset: BigInt(at), records: [great] }))
    const shares = handedOut(batches, 0n, 8_000_000)
    expect(shares.map(({ fromOffset, nextOffset }) => [fromOffset, nextOffset])).toEqual([
      [0n, 3n],
      [3n, 6n],
      [6n, 9n],
      [9n, 10n],
    ])
  })

  it('keeps headers as they stood where a map cannot', () => {
    const [a, none] = [Buffer.from('a'), undefined]
    const headers = [
      [a, Buffer.of(1)],
      [a, none],
    ] as const
    const [share] = handedOut([logBatch({ records: [{ offsetDelta: 0, value, headers }] })])
    expect(share?.records[0]?.headerList).toEqual(headers)
    const [plain] = handedOut([logBatch({ records: [{ offsetDelta: 0, value, headers: [[a, a]] }] })])
    expect(plain?.records[0]).toMatchObject({ headers: new Map([['a', a]]) })
    expect(plain?.records[0]?.headerList).toBeUndefined()
  })
})

describe('whatever a log holds', () => {
  const wish = fc.record({
    firstOffset: fc.constant(10n),
    values: fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 4 }),
    packing: fc.constantFrom(...names, undefined),
  })
  const mutations = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { maxLength: 4 })

  it('is read on: each batch gives its records or one that says why, and the offsets move', () => {
    fc.assert(
      fc.property(wish, mutations, fc.boolean(), ({ packing, values, ...rest }, changes, isResealed) => {
        const packed = packing === undefined ? {} : packedWith(packing)
        const records = values.map((each, offsetDelta) => ({ value: each, offsetDelta }))
        const whole = logBatchBytes({ ...rest, records, ...packed })
        // Behind the offset, the length and the format, which say where the next batch begins.
        const broken = changes.reduce(
          (bytes, [at, bits]) => flipped(bytes, 21 + (at % (bytes.length - 21)), bits),
          whole,
        )
        const sealed = isResealed ? resealed(broken) : broken
        const good = logBatchBytes({ firstOffset: 10n + BigInt(records.length), records: two })
        const shares = handedOut(readLogBatches(Buffer.concat([sealed, good])), 10n)
        const all = shares.flatMap((share) => share.records)
        expect(all.slice(-2).map((record) => String(record.value))).toEqual([String(value), String(value)])
        expect(shares.every(({ fromOffset, nextOffset }) => nextOffset > fromOffset)).toBe(true)
        expect(changes.length > 0 || all.length === records.length + 2).toBe(true)
      }),
      { seed: 20_261_124, numRuns: 2000 },
    )
  })

  it('what a decompressor may be given never throws anything but an error that says what is wrong', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const bound of [lz4Bound, snappyBound]) {
          expect(outcomeOf(() => bound(Buffer.from(bytes)))).toMatch(/^(?:\d+|HOSTVITALS_RECORD)$/)
        }
      }),
      { seed: 20_261_124, numRuns: 2000 },
    )
  })

  it('the bounds of snappy and LZ4 are never below what comes out', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), fc.nat({ max: 40 }), (bytes, times) => {
        const plain = Buffer.concat(Array.from({ length: times }, () => bytes))
        expect(lz4Bound(lz4.compressSync(plain))).toBeGreaterThanOrEqual(plain.length)
        expect(snappyBound(snappy.compressSync(plain))).toBe(plain.length)
      }),
      { seed: 20_261_124, numRuns: 200 },
    )
  })
})

function packAsJavaDoes(records: Buffer): Buffer {
  return packAsJava(records, snappy.compressSync, 20)
}

/** The number, or the code of the error. */
function outcomeOf(work: () => number): string {
  try {
    return String(work())
  } catch (error) {
    return error instanceof HostvitalsError ? error.code : String(error)
  }
}
