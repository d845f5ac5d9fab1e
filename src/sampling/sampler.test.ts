import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../test/support/virtual-clock.ts'
import { gauge } from '../metric/gauge.ts'
import type { Metric } from '../metric/metric.ts'
import type { Emit } from '../runtime/events.ts'
import { Sampler } from './sampler.ts'
import type { ScrapeRound } from './scrape.ts'

function setUp(
  metrics: readonly Metric[],
  startMs = 1_795_000_000_000,
  seriesLimit = 20_000,
): {
  clock: VirtualClock
  rounds: ScrapeRound[]
  events: string[]
  sampler: Sampler
  stop: AbortController
} {
  const clock = new VirtualClock(startMs)
  const events: string[] = []
  const emit: Emit = (name, data) => void events.push(`${name} ${JSON.stringify(data)}`)
  const roots = { proc: '/proc', sys: '/sys', root: '/' }
  const sampler = new Sampler({ metrics, intervalMs: 10_000, startedAtMs: startMs, seriesLimit, roots, clock, emit })
  return { clock, rounds: [], events, sampler, stop: new AbortController() }
}

const names = (round: ScrapeRound | undefined): readonly string[] =>
  (round?.samples ?? []).map(({ series }) => series.name)

describe('a round', () => {
  it('takes what works and names what does not', async () => {
    const { sampler, stop, events } = setUp([
      gauge('good', () => 1),
      gauge('throws', () => {
        throw new Error('no such file')
      }),
      gauge('not.a.number', () => Number.NaN),
      gauge('late.but.good', async () => 2),
    ])
    const round = await sampler.scrapeOnce(stop.signal)
    expect(names(round)).toEqual(['good', 'late.but.good'])
    expect(round.failures.map(({ metric, reason }) => `${metric.name}: ${reason}`)).toEqual([
      'throws: no such file',
      'not.a.number: its function returned NaN, not a finite number',
    ])
    await sampler.scrapeOnce(stop.signal)
    expect(events.filter((event) => event.startsWith('metric.failed'))).toHaveLength(2)
  })

  it('tells a whole number beyond 2^53 once, and counts each that travels', async () => {
    const { sampler, stop, events } = setUp([gauge('vast', () => 2 ** 53), gauge('large', () => 2 ** 53 - 1)])
    for (let round = 0; round < 2; round++) {
      const { samples } = await sampler.scrapeOnce(stop.signal)
      expect(samples).toMatchObject([{ value: 2 ** 53 }, { value: 2 ** 53 - 1 }])
    }
    expect(events.filter((event) => event.includes('inexact'))).toEqual([
      'metric.inexact {"metric":"vast","attributes":"{}","value":9007199254740992}',
      'scrape.inexact {"values":1}',
      'scrape.inexact {"values":1}',
    ])
  })

  it('has at most as many series as the agent may, whatever a function returns', async () => {
    let round = 0
    const wild: Metric = {
      name: 'wild',
      read: () => {
        round++
        return Array.from({ length: 30 }, (_, id) => {
          return { series: { name: 'w', unit: '', kind: 'gauge', attributes: { id: `${round}/${id}` } }, value: id }
        })
      },
    }
    const { sampler, stop } = setUp([gauge('steady', () => 1), wild], undefined, 100)
    const seen = new Set<string>()
    for (let at = 0; at < 10; at++)
      for (const { series } of (await sampler.scrapeOnce(stop.signal)).samples) seen.add(JSON.stringify(series))
    expect(seen.size).toBe(100 + 1)
    expect(names(await sampler.scrapeOnce(stop.signal))).toEqual(['steady', 'w'])
  })

  it('does not wait for a metric that hangs, nor asks it twice', async () => {
    let asked = 0
    const release = Promise.withResolvers<number>()
    const { sampler, stop, clock } = setUp([
      gauge(
        'hangs',
        () => {
          asked++
          return release.promise
        },
        { timeout: '3s' },
      ),
      gauge('good', () => 1),
    ])
    const first = sampler.scrapeOnce(stop.signal)
    await clock.advance(3000)
    expect((await first).failures[0]?.reason).toBe('it timed out after 3000 ms')
    expect((await sampler.scrapeOnce(stop.signal)).failures[0]?.reason).toBe('its former reading has not ended yet')
    release.resolve(5)
    await clock.advance(0)
    expect(names(await sampler.scrapeOnce(stop.signal))).toEqual(['hangs', 'good'])
    expect(asked).toBe(2)
  })

  it('aborts the signal of a metric at its timeout', async () => {
    const { sampler, stop, clock } = setUp([
      gauge(
        'obeys',
        (signal) =>
          new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
        { timeout: '1s' },
      ),
    ])
    const round = sampler.scrapeOnce(stop.signal)
    await clock.advance(1000)
    expect((await round).failures).toHaveLength(1)
  })

  it('keeps the memory of each metric apart', async () => {
    const metrics = [1, 2].map((id) =>
      gauge(`count.${id}`, (_signal, { remember }) => ++remember(() => ({ calls: 0 })).calls),
    )
    const { sampler, stop } = setUp(metrics)
    await sampler.scrapeOnce(stop.signal)
    expect((await sampler.scrapeOnce(stop.signal)).samples).toMatchObject([{ value: 2 }, { value: 2 }])
  })
})

describe('the schedule', () => {
  it('begins at once, then stands on multiples of the interval without drift', async () => {
    const { sampler, stop, clock, rounds } = setUp(
      [
        gauge('a', () => 1),
        gauge('fast', () => 1, { interval: '5s' }),
        { ...gauge('dear', () => 1), leastIntervalMs: 20_000 },
        { ...gauge('cheap', () => 1), leastIntervalMs: 1000 },
        { ...gauge('asked', () => 1, { interval: '5s' }), leastIntervalMs: 20_000 },
      ],
      1_795_000_003_000,
    )
    const running = sampler.run(stop.signal, async (round) => void rounds.push(round))
    await clock.advance(20_000)
    stop.abort(new Error('enough'))
    await running
    const at = (name: string): readonly number[] =>
      rounds.filter((round) => names(round).includes(name)).map(({ timeMs }) => timeMs - 1_795_000_000_000)
    expect(at('a')).toEqual([3000, 10_000, 20_000])
    expect(at('fast')).toEqual([3000, 5000, 10_000, 15_000, 20_000])
    expect(at('dear')).toEqual([3000, 20_000])
    expect(at('cheap')).toEqual(at('a'))
    expect(at('asked')).toEqual(at('fast'))
  })

  it('skips rounds that it missed and says so', async () => {
    const { sampler, stop, clock, rounds, events } = setUp([gauge('a', () => 1)])
    const running = sampler.run(stop.signal, async (round) => {
      rounds.push(round)
      if (rounds.length === 1) await clock.sleep(35_000)
    })
    await clock.advance(40_000)
    stop.abort(new Error('enough'))
    await running
    expect(rounds.map(({ timeMs }) => timeMs - 1_795_000_000_000)).toEqual([0, 40_000])
    expect(events.filter((event) => !event.startsWith('scrape.done'))).toEqual(['scrape.skipped {"missedRounds":3}'])
    expect(events.filter((event) => event.startsWith('scrape.done'))).toHaveLength(2)
  })
})
