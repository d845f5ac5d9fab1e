import { describe, expect, it } from 'vitest'
import type { ChartLine } from '../../api.ts'
import { heatmapRange, usedBuckets } from './draw-heatmap.ts'
import { toldSpans } from './spans.ts'
import { decadeTicks, valueRange } from './value-range.ts'

function lines(...values: readonly (number | null)[]): readonly ChartLine[] {
  return [{ host: 'a', hostUid: 'a', attributes: {}, average: values, min: values, max: values }]
}

describe('valueRange', () => {
  it('begins at zero, and ends a little above the peak', () => {
    const [low, high] = valueRange({ unit: 'By', lines: lines(10, 100, null), threshold: null }, true)
    expect([low, Math.round(high)]).toEqual([0, 108])
  })

  it('shows a high share against the whole', () => {
    expect(valueRange({ unit: '1', lines: lines(0.2, 0.7), threshold: null }, false)).toEqual([0, 1])
  })

  it('shows a threshold of a share however far it is', () => {
    const threshold = { metric: 'm', warn: 0.8, critical: 0.9 }
    expect(valueRange({ unit: '1', lines: lines(0.1), threshold }, false)).toEqual([0, 1])
  })

  it('has a height where all is zero, and where there is nothing', () => {
    expect(valueRange({ unit: '', lines: lines(0, 0), threshold: null }, false)).toEqual([0, 1])
    expect(valueRange({ unit: '', lines: lines(null), threshold: null }, false)).toEqual([0, 1])
  })

  it('leaves zero where numbers hardly differ far from it', () => {
    const [low] = valueRange({ unit: 's', lines: lines(1000, 1010), threshold: null }, false)
    expect(low).toBeGreaterThan(900)
  })
})

describe('decadeTicks', () => {
  it('are powers of ten, and more where these are few', () => {
    expect(decadeTicks(0.003, 40)).toEqual([0.01, 0.1, 1, 10])
    expect(decadeTicks(0.9, 12)).toEqual([1, 2, 5, 10])
  })
})

describe('the buckets of a heatmap', () => {
  const heatmap = { bounds: [1, 2, 4, 8, 16], counts: [[0, 0, 3, 0, 0], [], [0, 1, 0, 0, 0]] }

  it('are those that hold anything', () => {
    expect(usedBuckets(heatmap)).toEqual([1, 2])
    expect(heatmapRange(heatmap, lines(0, null, 3, 5))).toEqual([1, 5])
  })

  it('are all where none does', () => {
    const empty = { ...heatmap, counts: [[0, 0, 0, 0, 0]] }
    expect(usedBuckets(empty)).toBeUndefined()
    expect(heatmapRange(empty, [])).toEqual([0.5, 16])
  })
})

describe('toldSpans', () => {
  it('tells each span of the range once, in order, with its reason', () => {
    const late = [
      { hostUid: 'a', fromMs: 60_000, toMs: 120_000 },
      { hostUid: 'b', fromMs: 60_000, toMs: 120_000 },
      { hostUid: 'a', fromMs: 900_000, toMs: 990_000 },
    ]
    const lost = [{ hostUid: 'a', fromMs: 0, toMs: 30_000, reason: 'spool full' }]
    expect(toldSpans({ late, lost }, 0, 500_000).map(({ words }) => words)).toEqual([
      'lost for good: spool full',
      'offline 1 m, arrived later',
    ])
  })
})
