import { describe, expect, it } from 'vitest'
import { type Family, parseExposition } from '../../test/support/exposition-grammar.ts'
import { exposition, prometheusName } from './exposition.ts'
import { vitalTable } from './vital-table.ts'
import { Vitals } from './vitals.ts'

const beganMs = 1_795_000_000_000

async function scraped(version = '1.0.0'): Promise<ReadonlyMap<string, Family>> {
  const vitals = new Vitals({ startedAtMs: beganMs, parts: ['agent', 'ingest'] })
  vitals.watch({
    spool: async () => ({ records: 3, bytes: 900, oldestMs: beganMs - 5000 }),
    lags: async () =>
      new Map([
        [0, 4],
        [1, 0],
      ]),
  })
  vitals.observe('ingest.stored', { records: 5, samples: 400, duplicates: 2, ms: 20 })
  for (const seconds of [0.0001, 0.2, 0.3, 90_000]) vitals.observeLatency(seconds)
  return parseExposition(await exposition(vitals, { role: 'up', version }, beganMs))
}

describe('/metrics', () => {
  it('is text that the grammar of Prometheus 0.0.4 takes, with one family for each vital', async () => {
    const families = await scraped()
    expect([...families.keys()]).toEqual([
      'hostvitals_build_info',
      'hostvitals_start_time_seconds',
      ...vitalTable.map(prometheusName),
    ])
    for (const row of vitalTable) expect(families.get(prometheusName(row))?.type).toBe(row.kind)
  })

  it('names the unit, and a counter as a total', async () => {
    const names = [...(await scraped()).keys()]
    expect(names).toEqual(
      expect.arrayContaining([
        'hostvitals_spool_bytes',
        'hostvitals_spool_oldest_age_seconds',
        'hostvitals_ingest_accepted_total',
        'hostvitals_ingest_latency_seconds',
      ]),
    )
    expect(names.filter((name) => name.includes('bytes_bytes'))).toEqual([])
  })

  it('has the lag of each partition', async () => {
    const lag = (await scraped()).get('hostvitals_ingest_lag')
    expect(lag?.samples).toEqual([
      { name: 'hostvitals_ingest_lag', labels: { partition: '0' }, value: 4 },
      { name: 'hostvitals_ingest_lag', labels: { partition: '1' }, value: 0 },
    ])
  })

  it('has histograms whose buckets grow to the count', async () => {
    const { samples = [] } = (await scraped()).get('hostvitals_ingest_latency_seconds') ?? {}
    const buckets = samples.filter(({ name }) => name.endsWith('_bucket'))
    expect(buckets.find(({ labels }) => labels['le'] === '0.25')?.value).toBe(2)
    expect(buckets.at(-2)).toMatchObject({ labels: { le: '3600' }, value: 3 })
    expect(buckets.at(-1)).toMatchObject({ labels: { le: '+Inf' }, value: 4 })
    expect(samples.find(({ name }) => name.endsWith('_count'))?.value).toBe(4)
    expect(samples.find(({ name }) => name.endsWith('_sum'))?.value).toBeCloseTo(90_000.5001)
  })

  it('escapes what stands in a label', async () => {
    const odd = 'a"b\\c\nd'
    const info = (await scraped(odd)).get('hostvitals_build_info')
    expect(info?.samples[0]?.labels).toEqual({ role: 'up', version: odd })
  })
})
