import { describe, expect, it } from 'vitest'
import type { Kind, NumberSample, Sample } from '../metric/sample.ts'
import type { Emit } from '../runtime/events.ts'
import { SeriesLimit } from './series-limit.ts'

function of(kind: Kind, id: number | string, value: number, startTimeMs?: number): NumberSample {
  const series = { name: `a.${kind}`, unit: '', kind, attributes: { id } }
  return { series, value, ...(startTimeMs === undefined ? {} : { startTimeMs }) }
}

function limited(most: number): { readonly limit: SeriesLimit; readonly told: string[] } {
  const told: string[] = []
  const emit: Emit = (name, data) => void told.push(`${name} ${JSON.stringify(data)}`)
  return { limit: new SeriesLimit(most, emit), told }
}

const plainly = (samples: readonly Sample[]) =>
  samples.map((sample) => {
    const { kind, attributes } = sample.series
    return [kind, attributes['id'] ?? attributes, 'value' in sample ? sample.value : sample.histogram.count]
  })
const all = (value: number) => Array.from({ length: 3000 }, (_, id) => of('counter', id, value))
const overflow = { 'otel.metric.overflow': true }

describe('the limit of series', () => {
  it('lets those through that are known, and adds up the others of a metric', () => {
    const { limit, told } = limited(3)
    const round = [1, 2, 3, 4, 5].map((id) => of('counter', id, id, 700 + id))
    expect(plainly(limit.admit(round, 0))).toEqual([
      ['counter', 1, 1],
      ['counter', 2, 2],
      ['counter', 3, 3],
      ['counter', overflow, 9],
    ])
    const later = [6, 5, 3, 1].map((id) => of('counter', id, 10, 700 + id))
    expect(limit.admit(later, 10_000).at(-1)).toMatchObject({ value: 24, startTimeMs: 704 })
    expect(told).toEqual([
      'metric.overflow {"metric":"a.counter","limit":3}',
      'scrape.overflow {"series":2}',
      'scrape.overflow {"series":2}',
    ])
  })

  it('never lets a counter fall because some of its members went away', () => {
    const { limit } = limited(0)
    const totals = [[7, 5], [7], [8], [9, 6, 3]].map((values, round) => {
      const samples = values.map((value, id) => of('counter', id, value))
      const [sample] = limit.admit(samples, round)
      return sample !== undefined && 'value' in sample ? sample.value : undefined
    })
    expect(totals).toEqual([12, 12, 13, 18])
  })

  it('counts a member that comes and goes by what it grew by, not once more each time', () => {
    const { limit } = limited(0)
    const rounds: readonly (readonly (readonly [string, number])[])[] = [
      [
        ['calm', 100],
        ['flapping', 1000],
      ],
      [['calm', 100]],
      [
        ['calm', 100],
        ['flapping', 1000],
      ],
      [['calm', 101]],
      [['flapping', 1002]],
      // It began anew.
      [
        ['calm', 3],
        ['flapping', 1002],
      ],
    ]
    const totals = rounds.map((members, round) => {
      const [sample] = limit.admit(
        members.map(([id, value]) => of('counter', id, value)),
        round,
      )
      return sample !== undefined && 'value' in sample ? sample.value : undefined
    })
    expect(totals).toEqual([1100, 1100, 1100, 1101, 1103, 1106])
  })

  it('adds up more members than it remembers, as one', () => {
    const { limit } = limited(0)
    const totalOf = (samples: readonly Sample[]) => limit.admit(samples, 0)[0]
    expect(totalOf(all(10))).toMatchObject({ value: 30_000 })
    expect(totalOf(all(11))).toMatchObject({ value: 33_000 })
    // Of those that were not remembered some are, once others have gone.
    for (const round of [1, 2, 3]) expect(totalOf(all(11).slice(1500)), `${round}`).toMatchObject({ value: 33_000 })
    expect(totalOf(all(12).slice(1500))).toMatchObject({ value: 34_500 })
  })

  it('counts a member anew whose start is later, though its total is larger', () => {
    const { limit } = limited(0)
    const totals = [of('counter', 1, 5, 700), of('counter', 1, 9, 800)].map((sample) => limit.admit([sample], 0)[0])
    expect(totals).toMatchObject([{ value: 5 }, { value: 14 }])
  })

  it.each([
    ['gauge', 3],
    ['updowncounter', 6],
  ] as const)('makes one %s of several', (kind, value) => {
    const { limit } = limited(0)
    expect(plainly(limit.admit([of(kind, 1, 1), of(kind, 2, 2), of(kind, 3, 3)], 0))).toEqual([[kind, overflow, value]])
  })

  it('merges histograms', () => {
    const histogram = { scale: 0, count: 2, sum: 3, min: 1, max: 2, zeroCount: 0, offset: -1, counts: [1, 1] }
    const samples = [1, 2].map((id) => ({ series: of('histogram', id, 0).series, histogram, startTimeMs: 100 - id }))
    expect(limited(0).limit.admit(samples, 0)).toEqual([
      {
        series: { name: 'a.histogram', unit: '', kind: 'histogram', attributes: overflow },
        histogram: { ...histogram, count: 4, sum: 6, counts: [2, 2] },
        startTimeMs: 98,
      },
    ])
  })

  it('joins what an instrument of too many series shares already', () => {
    const { limit } = limited(1)
    const own = { ...of('counter', 0, 4), series: { ...of('counter', 0, 4).series, attributes: overflow } }
    expect(plainly(limit.admit([of('counter', 1, 1), own, of('counter', 2, 2)], 0))).toEqual([
      ['counter', 1, 1],
      ['counter', overflow, 6],
    ])
  })

  it('gives the place of a series that is gone for an hour to another', () => {
    const { limit } = limited(1)
    limit.admit([of('gauge', 1, 1)], 0)
    expect(plainly(limit.admit([of('gauge', 2, 2)], 3_600_000))).toEqual([['gauge', overflow, 2]])
    expect(plainly(limit.admit([of('gauge', 2, 2)], 3_700_000))).toEqual([['gauge', 2, 2]])
  })

  it('holds where a function returns ever new attributes, and ever new names', () => {
    const { limit, told } = limited(100)
    const seen = new Set<string>()
    for (let round = 0; round < 30; round++) {
      const attributes = Array.from({ length: 50 }, (_, id) => of('gauge', `${round}/${id}`, id))
      const names = Array.from({ length: 50 }, (_, id): NumberSample => {
        return { series: { name: `n${round}.${id}`, unit: '', kind: 'gauge', attributes: {} }, value: id }
      })
      for (const { series } of limit.admit([...attributes, ...names], round * 10_000)) seen.add(JSON.stringify(series))
    }
    expect(seen.size).toBe(100 + 1000)
    expect(told.filter((event) => event.startsWith('metric.overflow'))).toHaveLength(1000)
  })
})
