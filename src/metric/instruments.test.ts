import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { counter } from './counter.ts'
import { bucketIndex, HistogramAccumulator } from './exponential-histogram.ts'
import { gauge } from './gauge.ts'
import { histogram } from './histogram.ts'
import type { Metric, ReadContext } from './metric.ts'
import { rememberOne, shareInRound } from './round-memory.ts'
import { timer } from './timer.ts'

/** A context whose memory lasts from round to round. */
function rounds(): (timeMs: number) => ReadContext {
  const remember = rememberOne()
  return (timeMs) => ({
    proc: '/proc',
    sys: '/sys',
    root: '/',
    timeMs,
    monotonicMs: timeMs,
    startedAtMs: 0,
    remember,
    shared: shareInRound(),
  })
}

const read = (metric: Metric, context: ReadContext): Promise<unknown> =>
  Promise.resolve(metric.read(new AbortController().signal, context))

describe('a metric with a function', () => {
  it('remembers its name, kind, unit, times and where it was written', () => {
    expect(gauge('mail.queue', () => 7, { unit: '{message}', interval: '30s', timeout: '3s' })).toMatchObject({
      name: 'mail.queue',
      kind: 'gauge',
      unit: '{message}',
      intervalMs: 30_000,
      timeoutMs: 3000,
      definedAt: expect.stringMatching(/^instruments\.test\.ts:\d+$/),
    })
  })

  it.each([
    ['NaN', Number.NaN, 'returned NaN'],
    ['infinity', Infinity, 'returned Infinity'],
    ['text', '12', 'returned the text "12"'],
    ['nothing', undefined, 'returned nothing'],
    ['an object', {}, 'returned a object'],
  ])('fails on %s', async (_name, value, message) => {
    // What a person's untyped function may return all the same.
    const metric = gauge('bad', () => value as number)
    await expect(read(metric, rounds()(1))).rejects.toThrow(message)
  })

  it('counts on from before the agent, and from a reset on anew', async () => {
    const values = [5, 9, 2]
    const metric = counter('mail.delivered', () => values.shift() ?? 0)
    const at = rounds()
    const samples = [await read(metric, at(1000)), await read(metric, at(2000)), await read(metric, at(3000))]
    expect(samples[1]).not.toHaveProperty([0, 'startTimeMs'])
    expect(samples).toMatchObject([[{ value: 5 }], [{ value: 9 }], [{ value: 2, startTimeMs: 2001 }]])
  })

  it('is timed, and fails when its function fails', async () => {
    const good = timer('api.health', () => Promise.resolve())
    expect(await read(good, rounds()(1000))).toMatchObject([
      { histogram: { count: 1 }, series: { unit: 's', kind: 'histogram' } },
    ])
    const bad = timer('api.health', () => Promise.reject(new Error('refused')))
    await expect(read(bad, rounds()(1000))).rejects.toThrow('refused')
  })

  it.each(['', '1st', 'a b', 'a'.repeat(256)])('refuses the name %j', (name) => {
    expect(() => gauge(name, () => 1)).toThrow('no name of a metric')
  })
})

describe('an instrument inside an application', () => {
  it('adds up by attributes', async () => {
    const requests = counter('requests')
    requests.add(1, { route: '/' })
    requests.add(2, { route: '/' })
    requests.add(4)
    expect(await read(requests, rounds()(1000))).toMatchObject([
      { value: 3, series: { attributes: { route: '/' } } },
      { value: 4, series: { attributes: {} } },
    ])
    expect(() => requests.add(-1)).toThrow('only grow')
  })

  it('counts each series from the round before its first, so that all of it is known to be new', async () => {
    const requests = counter('requests')
    const at = rounds()
    requests.add(1, { route: '/' })
    await read(requests, at(1000))
    requests.add(5, { route: '/late' })
    expect(await read(requests, at(2000))).toMatchObject([
      { value: 1, startTimeMs: 0 },
      { value: 5, startTimeMs: 1000 },
    ])
    expect(await read(requests, at(3000))).toMatchObject([{ startTimeMs: 0 }, { startTimeMs: 1000 }])
  })

  it('says nothing before it is set', async () => {
    const queue = gauge('queue')
    expect(await read(queue, rounds()(1))).toEqual([])
    queue.set(3)
    expect(await read(queue, rounds()(1))).toMatchObject([{ value: 3 }])
  })

  it('publishes observations once, with the interval they belong to', async () => {
    const sizes = histogram('sizes')
    const at = rounds()
    sizes.record(5)
    sizes.record(0)
    expect(await read(sizes, at(1000))).toMatchObject([
      { startTimeMs: 0, histogram: { count: 2, sum: 5, zeroCount: 1, min: 0, max: 5 } },
    ])
    expect(await read(sizes, at(2000))).toEqual([])
    sizes.record(1)
    expect(await read(sizes, at(3000))).toMatchObject([{ startTimeMs: 2000 }])
  })

  it('bounds its series', async () => {
    const wild = counter('wild')
    for (let at = 0; at < 2500; at++) wild.add(1, { id: at })
    const samples = await read(wild, rounds()(1))
    expect(samples).toHaveLength(2001)
    expect(samples).toContainEqual(
      expect.objectContaining({
        value: 500,
        series: expect.objectContaining({ attributes: { 'otel.metric.overflow': true } }),
      }),
    )
  })
})

describe('an exponential histogram', () => {
  const values = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 1e9, noNaN: true })), {
    minLength: 1,
    maxLength: 200,
  })

  it('has at most 160 buckets, each value counted once in the bucket that holds it', () => {
    fc.assert(
      fc.property(values, (observed) => {
        const accumulator = new HistogramAccumulator()
        for (const value of observed) accumulator.record(value)
        const taken = accumulator.take()
        expect(taken?.counts.length).toBeLessThanOrEqual(160)
        expect((taken?.counts ?? []).reduce((sum, count) => sum + count, taken?.zeroCount ?? 0)).toBe(observed.length)
        const expected = new Map<number, number>()
        for (const value of observed)
          if (value > 0)
            expected.set(
              bucketIndex(value, taken?.scale ?? 0),
              (expected.get(bucketIndex(value, taken?.scale ?? 0)) ?? 0) + 1,
            )
        const counted = new Map(
          (taken?.counts ?? []).flatMap((count, at) =>
            count > 0 ? [[at + (taken?.offset ?? 0), count] as const] : [],
          ),
        )
        expect(counted).toEqual(expected)
      }),
    )
  })
})
