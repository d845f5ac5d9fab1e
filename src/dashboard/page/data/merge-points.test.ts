import { describe, expect, it } from 'vitest'
import type { ChartsAnswer, LivePoint } from '../../api.ts'
import { mergePoints } from './merge-points.ts'

const answer: ChartsAnswer = {
  fromMs: 0,
  toMs: 40_000,
  stepMs: 10_000,
  tier: 'raw',
  charts: [
    {
      metric: 'load',
      unit: '',
      kind: 'gauge',
      description: null,
      threshold: null,
      times: [0, 10_000, 20_000, 30_000],
      lines: [
        {
          host: 'a',
          hostUid: 'a',
          attributes: { x: 1, y: 2 },
          average: [1, 1, 1, 2],
          min: [1, 1, 1, 2],
          max: [1, 1, 1, 2],
        },
        {
          host: 'b',
          hostUid: 'b',
          attributes: {},
          average: [5, 5, 5, null],
          min: [5, 5, 5, null],
          max: [5, 5, 5, null],
        },
      ],
      heatmap: null,
      linesLeftOut: 0,
      late: [],
      lost: [],
      sql: '',
    },
  ],
}

function point(change: Partial<LivePoint>): LivePoint {
  return { metric: 'load', hostUid: 'a', attributes: { y: 2, x: 1 }, timeMs: 0, value: 4, intervalMs: null, ...change }
}

describe('mergePoints', () => {
  it('opens a new step, lets the oldest fall out, and leaves other lines a gap', () => {
    const { charts, fromMs } = mergePoints(answer, [point({ timeMs: 50_000 })], 50_000)
    expect(fromMs).toBe(10_000)
    expect(charts[0]?.times).toEqual([10_000, 20_000, 30_000, 40_000, 50_000])
    expect(charts[0]?.lines.map((line) => line.average)).toEqual([
      [1, 1, 2, null, 4],
      [5, 5, null, null, null],
    ])
  })

  it('holds the steps between two readings of a host that measures more rarely, and none of a silence', () => {
    const [last] = answer.charts
    function every(intervalMs: number) {
      return mergePoints(answer, [point({ timeMs: 60_000, intervalMs })], 60_000).charts[0]?.lines[0]
    }
    // Two empty steps of ten seconds.
    expect(every(10_000)?.average).toEqual([1, 2, 2, 2, 4])
    expect(every(10_000)?.min).toEqual([1, 2, 2, 2, 4])
    expect(every(6000)?.average).toEqual([1, 2, null, null, 4])
    expect(last?.lines[0]?.average).toEqual([1, 1, 1, 2])
  })

  it('holds a counter’s rate over the time that it is the rate of', () => {
    const counted = { ...answer, charts: answer.charts.map((chart) => ({ ...chart, kind: 'counter' as const })) }
    const { charts } = mergePoints(counted, [point({ timeMs: 60_000, intervalMs: 10_000 })], 60_000)
    expect(charts[0]?.lines[0]?.average).toEqual([1, 2, 4, 4, 4])
  })

  it('widens the band of a step that has a value', () => {
    const { charts } = mergePoints(answer, [point({ timeMs: 39_000 })], 39_000)
    const [line] = charts[0]?.lines ?? []
    expect([line?.average.at(-1), line?.min.at(-1), line?.max.at(-1)]).toEqual([3, 2, 4])
  })

  it('leaves alone what no chart shows, and what a point does not know', () => {
    const strange = [point({ metric: 'other' }), point({ hostUid: 'c' }), point({ attributes: {} })]
    expect(mergePoints(answer, strange, 40_000).charts).toEqual(answer.charts)
    expect(mergePoints(answer, [point({ timeMs: 35_000, value: null })], 40_000).charts).toEqual(answer.charts)
  })

  it('does not change the answer it was given', () => {
    const before = structuredClone(answer)
    mergePoints(answer, [point({ timeMs: 50_000 })], 50_000)
    expect(answer).toEqual(before)
  })
})
