import { describe, expect, it } from 'vitest'
import { isHistogramSample, type Sample } from '../metric/sample.ts'
import { prometheusName } from './exposition.ts'
import { vitalTable } from './vital-table.ts'
import { tellAll, Vitals } from './vitals.ts'

const beganMs = 1_795_000_000_000

function both(): Vitals {
  return new Vitals({ startedAtMs: beganMs, parts: ['agent', 'ingest'] })
}

function valuesOf(samples: readonly Sample[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    samples.map((sample) => [
      `${sample.series.name}${JSON.stringify(sample.series.attributes)}`.replace('{}', ''),
      isHistogramSample(sample) ? sample.histogram.count : sample.value,
    ]),
  )
}

describe('the table of vitals', () => {
  it('has the names that are a promise', () => {
    expect(vitalTable.flatMap(({ name, isStored }) => (isStored ? [name] : []))).toEqual([
      'hostvitals.spool.records',
      'hostvitals.spool.bytes',
      'hostvitals.spool.oldest_age',
      'hostvitals.spool.dropped',
      'hostvitals.scrape.duration',
      'hostvitals.ingest.accepted',
      'hostvitals.ingest.duplicate',
      'hostvitals.ingest.gaps',
      'hostvitals.ingest.dead_letters',
      'hostvitals.ingest.lag',
      'hostvitals.ingest.latency',
    ])
  })

  it('has each name once, for Prometheus too', () => {
    expect(new Set(vitalTable.map(({ name }) => name)).size).toBe(vitalTable.length)
    expect(new Set(vitalTable.map(prometheusName)).size).toBe(vitalTable.length)
  })
})

describe('vitals', () => {
  it('are counted from the events of a role, which still reach its log', () => {
    const vitals = both()
    const logged: string[] = []
    const emit = tellAll(vitals.observe, (name) => void logged.push(name))
    emit('ingest.stored', { records: 5, samples: 400, duplicates: 2, ms: 20 })
    emit('ingest.stored', { records: 1, samples: 80, duplicates: 0, ms: 30 })
    emit('ingest.gap', { host: 'a', fromSeq: 1, toSeq: 9, state: 'open' })
    emit('ingest.dead-letter', { reason: 'limits', error: 'too much' })
    emit('spool.dropped', { records: 70, bytes: 7000, reason: 'full' })
    expect(vitals.total('hostvitals.ingest.accepted')).toBe(6)
    expect(vitals.total('hostvitals.ingest.duplicate')).toBe(2)
    expect(vitals.total('hostvitals.ingest.gaps')).toBe(1)
    expect(vitals.total('hostvitals.ingest.dead_letters')).toBe(1)
    expect(vitals.total('hostvitals.spool.dropped')).toBe(70)
    expect(vitals.distribution('hostvitals.ingest.batch_duration')?.total).toMatchObject({ count: 2, sum: 0.05 })
    expect(logged).toHaveLength(5)
  })

  it('travel as cumulative counters since the start, gauges of now, and histograms of what came since', async () => {
    const vitals = both()
    vitals.watch({
      spool: async () => ({ records: 3, bytes: 900, oldestMs: beganMs - 5000 }),
      lags: async () => new Map([[2, 17]]),
    })
    vitals.observe('scrape.done', { samples: 90, failures: 1, ms: 12 })
    vitals.observeLatency(0.25)
    vitals.observeLatency(-3)
    const taken = await vitals.take(beganMs + 10_000)
    expect(valuesOf(taken)).toEqual({
      'hostvitals.spool.records': 3,
      'hostvitals.spool.bytes': 900,
      'hostvitals.spool.oldest_age': 15,
      'hostvitals.spool.dropped': 0,
      'hostvitals.ingest.accepted': 0,
      'hostvitals.ingest.duplicate': 0,
      'hostvitals.ingest.gaps': 0,
      'hostvitals.ingest.dead_letters': 0,
      'hostvitals.ingest.lag{"partition":2}': 17,
      'hostvitals.scrape.duration': 1,
      'hostvitals.ingest.latency': 2,
    })
    const counters = taken.filter(({ series }) => series.kind === 'counter')
    expect(counters.map((sample) => ('startTimeMs' in sample ? sample.startTimeMs : undefined))).toEqual(
      counters.map(() => beganMs),
    )
    const latency = taken.find(({ series }) => series.name === 'hostvitals.ingest.latency')
    expect(latency).toMatchObject({ startTimeMs: beganMs, histogram: { min: 0, max: 0.25, zeroCount: 1 } })
  })

  it('bring histograms once a minute, and after a clock that was set back', async () => {
    const vitals = new Vitals({ startedAtMs: beganMs, parts: ['agent'] })
    const counts: (number | undefined)[] = []
    for (const afterMs of [0, 10_000, 30_000, 70_000, -3_600_000]) {
      const taken = await vitals.take(beganMs + afterMs)
      counts.push(valuesOf(taken)['hostvitals.scrape.duration'])
      vitals.observe('scrape.done', { samples: 90, failures: 0, ms: 12 })
    }
    expect(counts).toEqual([undefined, 1, undefined, 2, 1])
  })

  it('leave out what cannot be read, and say 0 of the age where nothing waits', async () => {
    const vitals = both()
    vitals.watch({
      spool: async () => ({ records: 0, bytes: 0 }),
      lags: () => Promise.reject(new Error('the broker is away')),
    })
    const values = valuesOf(await vitals.take(beganMs))
    expect(values['hostvitals.spool.oldest_age']).toBe(0)
    expect(Object.keys(values).filter((name) => name.startsWith('hostvitals.ingest.lag'))).toEqual([])
  })

  it('are those of the role alone', async () => {
    const taken = await new Vitals({ startedAtMs: beganMs, parts: ['ingest'] }).take(beganMs)
    expect(taken.every(({ series }) => series.name.startsWith('hostvitals.ingest.'))).toBe(true)
    expect(taken).not.toEqual([])
  })
})
