import { describe, expect, it } from 'vitest'
import { HistogramAccumulator } from '../metric/exponential-histogram.ts'
import { isHistogramSample } from '../metric/sample.ts'
import type { Definition } from './definition.ts'
import { Recorder, type Subject } from './recorder.ts'

const total: Definition = { name: 'test.total', unit: '1', kind: 'counter', description: 'a total', source: 'the test' }
const level: Definition = { name: 'test.level', unit: '1', kind: 'gauge', description: 'a level', source: 'the test' }

const spread: Definition = {
  name: 'test.spread',
  unit: 's',
  kind: 'histogram',
  description: 'a spread',
  source: 'the test',
}

const of = (recorder: Recorder, key: string): Subject => recorder.subject(key, () => ({ key }))

/** What each round gives of the values of some subjects: `name value since`. */
function rounds(...values: readonly (Readonly<Record<string, number>> | 'failed')[]): readonly (readonly string[])[] {
  const recorder = new Recorder([total])
  return values.map((found, at) => {
    recorder.begin({ timeMs: 1000 * (at + 1), bootedAtMs: () => 7 })
    if (found === 'failed') return []
    for (const [name, value] of Object.entries(found))
      recorder.subject(name, () => ({ [name]: true })).put(total, value)
    return recorder
      .samples()
      .flatMap((sample) =>
        isHistogramSample(sample)
          ? []
          : [`${JSON.stringify(sample.series.attributes)} ${sample.value} ${sample.startTimeMs}`],
      )
  })
}

describe('a counter counts', () => {
  it.each<[string, readonly (Readonly<Record<string, number>> | 'failed')[], readonly string[]]>([
    ['since the boot', [{ a: 5 }, { a: 6 }], ['{"a":true} 6 7']],
    ['on where it froze', [{ a: 5 }, { a: 5 }], ['{"a":true} 5 7']],
    ['anew since the former round where it fell', [{ a: 5 }, { a: 4 }, { a: 9 }], ['{"a":true} 9 1001']],
    ['anew where it wrapped at 32 bits', [{ a: 2 ** 32 - 1 }, { a: 3 }], ['{"a":true} 3 1001']],
    [
      'since the former round where its subject is new',
      [{ a: 5 }, { a: 5, b: 2 }],
      ['{"a":true} 5 7', '{"b":true} 2 1001'],
    ],
    ['anew where its subject came back, also with more', [{ a: 5 }, {}, { a: 6 }, { a: 8 }], ['{"a":true} 8 2001']],
    ['anew where its subject came back with less', [{ a: 5 }, {}, { a: 1 }], ['{"a":true} 1 2001']],
    ['on where the whole group failed for a while', [{ a: 5 }, 'failed', { a: 6 }], ['{"a":true} 6 7']],
    ['anew where its group failed as it was to come back', [{ a: 5 }, {}, 'failed', { a: 6 }], ['{"a":true} 6 2001']],
  ])('%s', (_what, values, last) => {
    expect(rounds(...values).at(-1)).toEqual(last)
  })

  it.each([
    [1001, 1001],
    [1000, 1000],
  ])('anew from after the former round, and not from after this one at %d', (timeMs, startTimeMs) => {
    const recorder = new Recorder([total])
    for (const [value, at] of [
      [5, 1000],
      [4, timeMs],
    ] as const) {
      recorder.begin({ timeMs: at, bootedAtMs: () => 7 })
      of(recorder, 'a').put(total, value)
      recorder.samples()
    }
    recorder.begin({ timeMs: 2000, bootedAtMs: () => 7 })
    of(recorder, 'a').put(total, 4)
    expect(recorder.samples()).toMatchObject([{ startTimeMs }])
  })

  it('since the boot where its device answered late or not for a while, unless it fell', () => {
    const recorder = new Recorder([total])
    const starts = [undefined, 5, undefined, 6, 1].map((value, at) => {
      recorder.begin({ timeMs: 1000 * (at + 1), bootedAtMs: () => 7 })
      if (value !== undefined) of(recorder, 'a').put(total, value, 'boot')
      return recorder.samples().map((sample) => (isHistogramSample(sample) ? undefined : sample.startTimeMs))
    })
    expect(starts).toEqual([[], [7], [], [7], [4001]])
  })

  it('since what the group itself knows', () => {
    const recorder = new Recorder([total])
    recorder.begin({ timeMs: 1000, bootedAtMs: () => 7 })
    recorder.subject('', () => ({})).put(total, 5, 900)
    expect(recorder.samples()).toMatchObject([{ value: 5, startTimeMs: 900 }])
  })
})

it('a histogram is what was seen since a time, and absent where nothing was', () => {
  const recorder = new Recorder([spread])
  const accumulator = new HistogramAccumulator()
  accumulator.record(0.25)
  recorder.begin({ timeMs: 1000, bootedAtMs: () => 7 })
  of(recorder, 'a').putHistogram(spread, accumulator.take(), 400)
  of(recorder, 'b').putHistogram(spread, accumulator.take(), 400)
  expect(recorder.samples()).toMatchObject([
    { series: { name: 'test.spread', kind: 'histogram' }, histogram: { count: 1, sum: 0.25 }, startTimeMs: 400 },
  ])
})

describe('a round', () => {
  const times = { timeMs: 1, bootedAtMs: () => 0 }

  it('has nothing of what this machine does not say, and nothing that was not chosen', () => {
    const recorder = new Recorder([level])
    expect([level, total].map((metric) => recorder.wants(metric))).toEqual([true, false])
    recorder.begin(times)
    of(recorder, 'a').put(level, undefined)
    of(recorder, 'a').put(total, 1)
    expect(recorder.samples()).toEqual([])
  })

  it('keeps samples of one metric together, in the order of the group', () => {
    const recorder = new Recorder([total, level])
    recorder.begin(times)
    for (const key of ['a', 'b']) {
      of(recorder, key).put(level, 1)
      of(recorder, key).put(total, 2)
    }
    expect(recorder.samples().map(({ series }) => series.name)).toEqual([
      'test.total',
      'test.total',
      'test.level',
      'test.level',
    ])
  })

  it('that failed leaves nothing behind', () => {
    const recorder = new Recorder([level])
    recorder.begin(times)
    of(recorder, 'a').put(level, 1)
    recorder.begin(times)
    of(recorder, 'a').put(level, 2)
    expect(recorder.samples()).toMatchObject([{ value: 2 }])
  })

  it('gives the same series every time', () => {
    const recorder = new Recorder([level])
    const series = [1, 2].map((value) => {
      recorder.begin(times)
      of(recorder, 'a').put(level, value)
      return recorder.samples()[0]?.series
    })
    expect(series[0]).toBe(series[1])
  })

  it('forgets subjects that are long gone', () => {
    const recorder = new Recorder([total])
    const ask = (key: string, timeMs: number): readonly (number | undefined)[] => {
      recorder.begin({ timeMs, bootedAtMs: () => timeMs })
      of(recorder, key).put(total, 5, 'boot')
      return recorder.samples().map((sample) => (isHistogramSample(sample) ? undefined : sample.startTimeMs))
    }
    for (let round = 0; round < 1100; round++) ask(`gone ${round}`, round)
    expect(ask('gone 1099', 2000)).toEqual([1099])
    expect(ask('gone 0', 2001)).toEqual([2001])
  })
})
