import { array, assert, constant, double, integer, maxSafeInteger, oneof, property, record, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HistogramRow, ScrapeRow } from '../store.ts'
import { encodeHistograms, encodeScrapes, histogramColumns, scrapeColumns } from './row-encoder.ts'

const ints = integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const times = integer({ min: 0, max: Date.UTC(9999, 11, 31) })
const numbers = double({ noDefaultInfinity: true, noNaN: true })
const ids = record({ timeMs: times, seq: maxSafeInteger(), hostId: ints, runId: ints })

const readings = oneof({ weight: 9, arbitrary: numbers }, { weight: 1, arbitrary: constant(Number.NaN) })
const scrapes = tuple(ids, ints, array(readings, { maxLength: 200 })).map(toScrape)

const counts = integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const shapes = record({
  scale: integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
  count: counts,
  sum: numbers,
  zeroCount: counts,
  offset: ints,
  counts: array(counts, { maxLength: 160 }),
})
const edges = oneof(record({ min: numbers, max: numbers }), constant({}))
const percentiles = oneof(tuple(numbers, numbers, numbers, numbers), constant(undefined))
const histograms = tuple(ids, ints, times, shapes, edges, percentiles).map(toHistogram)

type Ids = Pick<ScrapeRow, 'timeMs' | 'seq' | 'hostId' | 'runId'>

function toScrape([own, layoutId, values]: [Ids, number, number[]]): ScrapeRow {
  return { ...own, layoutId, readings: Float64Array.from(values) }
}

function toHistogram([own, seriesId, startTimeMs, shape, ends, shares]: [
  Ids,
  number,
  number,
  HistogramRow['histogram'],
  { min?: number; max?: number },
  HistogramRow['percentiles'],
]): HistogramRow {
  return { ...own, seriesId, startTimeMs, histogram: { ...shape, ...ends }, percentiles: shares }
}

describe('rows for COPY', () => {
  it('are scrapes as they were given', () => {
    assert(
      property(array(scrapes, { maxLength: 20 }), (rows) => {
        const read = readRows(encodeScrapes(rows), scrapeColumns.length)
        const expected = rows.map(({ timeMs, seq, hostId, runId, layoutId, readings }) => [
          micros(timeMs),
          BigInt(seq),
          hostId,
          runId,
          layoutId,
          [...readings].map((each) => (Number.isNaN(each) ? null : each)),
        ])
        expect(read.map((fields) => decode(fields, ['i8', 'i8', 'i4', 'i4', 'i4', 'f8[]']))).toEqual(expected)
      }),
    )
  })

  it('are histograms as they were given', () => {
    const kinds = ['i8', 'i8', 'i8', 'i4', 'i4', 'i4', 'i2', 'i8', ...Array.from({ length: 7 }, () => 'f8')]
    assert(
      property(array(histograms, { maxLength: 20 }), (rows) => {
        const read = readRows(encodeHistograms(rows), histogramColumns.length)
        const expected = rows.map(({ histogram, percentiles, ...row }) => [
          micros(row.timeMs),
          micros(row.startTimeMs),
          BigInt(row.seq),
          row.hostId,
          row.runId,
          row.seriesId,
          histogram.scale,
          BigInt(histogram.count),
          histogram.sum,
          histogram.min ?? null,
          histogram.max ?? null,
          ...(percentiles ?? [null, null, null, null]),
          BigInt(histogram.zeroCount),
          histogram.offset,
          histogram.counts.map(BigInt),
        ])
        expect(read.map((fields) => decode(fields, [...kinds.slice(0, 15), 'i8', 'i4', 'i8[]']))).toEqual(expected)
      }),
    )
  })

  it('refuse what no column holds', () => {
    const [row] = sampleHistogram
    expect(() => encodeHistograms([{ ...row, histogram: { ...row.histogram, scale: 40_000 } }])).toThrow('smallint')
    expect(() => encodeHistograms([{ ...row, histogram: { ...row.histogram, offset: 2 ** 31 } }])).toThrow('no int')
    expect(() => encodeHistograms([{ ...row, histogram: { ...row.histogram, count: 2 ** 60 } }])).toThrow(
      expect.objectContaining({ code: 'HOSTVITALS_STORE_BAD_VALUE' }),
    )
  })
})

const sampleHistogram = [
  {
    timeMs: 0,
    startTimeMs: 0,
    seq: 1,
    hostId: 1,
    runId: 1,
    seriesId: 1,
    histogram: { scale: 0, count: 1, sum: 1, zeroCount: 0, offset: 0, counts: [1] },
    percentiles: undefined,
  },
] as const satisfies readonly HistogramRow[]

function micros(ms: number): bigint {
  return (BigInt(ms) - BigInt(Date.UTC(2000, 0, 1))) * 1000n
}

/** The fields of each row, as bytes; null for NULL. */
function readRows(bytes: Buffer, width: number): readonly (readonly (Buffer | null)[])[] {
  expect(bytes.subarray(0, 19).toString('latin1')).toBe(`PGCOPY\n\xff\r\n\0${'\0'.repeat(8)}`)
  const rows: (Buffer | null)[][] = []
  let at = 19
  for (; bytes.readInt16BE(at) !== -1;) {
    expect(bytes.readInt16BE(at)).toBe(width)
    at += 2
    const fields: (Buffer | null)[] = []
    for (let index = 0; index < width; index++) {
      const length = bytes.readInt32BE(at)
      at += 4
      fields.push(length === -1 ? null : bytes.subarray(at, at + length))
      at += Math.max(length, 0)
    }
    rows.push(fields)
  }
  expect(bytes.length).toBe(at + 2)
  return rows
}

function decode(fields: readonly (Buffer | null)[], kinds: readonly string[]): readonly unknown[] {
  return fields.map((field, index) => (field === null ? null : decodeField(field, kinds[index] ?? '')))
}

function decodeField(field: Buffer, kind: string): unknown {
  if (kind.endsWith('[]')) return decodeArray(field, kind.slice(0, -2))
  expect(field.length).toBe(Number(kind.slice(1)))
  switch (kind) {
    case 'i2':
      return field.readInt16BE()
    case 'i4':
      return field.readInt32BE()
    case 'i8':
      return field.readBigInt64BE()
    default:
      return field.readDoubleBE()
  }
}

function decodeArray(field: Buffer, kind: string): readonly unknown[] {
  const [dimensions, hasNull, oid] = [0, 4, 8].map((at) => field.readInt32BE(at))
  expect(oid).toBe(kind === 'f8' ? 701 : 20)
  if (dimensions === 0) return []
  expect([dimensions, field.readInt32BE(16)]).toEqual([1, 1])
  const values: unknown[] = []
  for (let at = 20; at < field.length;) {
    const length = field.readInt32BE(at)
    values.push(length === -1 ? null : decodeField(field.subarray(at + 4, at + 4 + length), kind))
    at += 4 + Math.max(length, 0)
  }
  expect(values).toHaveLength(field.readInt32BE(12))
  expect(values.includes(null)).toBe(hasNull === 1)
  return values
}
