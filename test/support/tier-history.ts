import { HistogramAccumulator } from '../../src/metric/exponential-histogram.ts'
import type { ArrivedRecord } from '../../src/metric/record.ts'
import type { Sample } from '../../src/metric/sample.ts'
import type { MetricStore } from '../../src/store/store.ts'
import { rollUp } from '../../src/store/rollup/roll-up.ts'
import { consumerNowMs, gaugeOf, TestAgent } from './arrived-records.ts'

/** A quarter past eight is not on the hour, this is: two hours and a half before. */
export const tierBeginMs: number = Math.floor(consumerNowMs / 3_600_000) * 3_600_000 - 2 * 3_600_000

/** All buckets of the history have ended by then. */
export const tierNowMs: number = tierBeginMs + 5 * 3_600_000

const spacingMs = 50_000
const spanMs = 9_000_000

/** Records of a while of three hosts: gauges, counters over restarts, timers, and a layout that changes within a bucket. */
export function tierRecords(tag = ''): readonly ArrivedRecord[] {
  return [1, 2, 3].flatMap((number) => hostRecords(number, tag))
}

function hostRecords(number: number, tag: string): readonly ArrivedRecord[] {
  const agentUid = `a0000000-0000-4000-8000-0000000000${tag.padStart(1, '0')}${number}`
  const agents = [7n, 8n].map(
    (run) => new TestAgent({ agentUid, run, name: `web-${tag}${number}`, labels: { role: 'web' } }),
  )
  const records: ArrivedRecord[] = []
  const restartMs = tierBeginMs + 4_000_000 + number * 1000
  let total = 1000 * number
  let ownTotal = 0
  const seqs = [0, 0]
  for (let [at, timeMs] = [0, tierBeginMs + number * 7000]; timeMs < tierBeginMs + spanMs; at++, timeMs += spacingMs) {
    const turn = timeMs >= restartMs ? 1 : 0
    if (turn === 1 && ownTotal > 0 && seqs[1] === 0) ownTotal = 0
    total += (at * 37) % 11
    ownTotal += at % 5
    const startTimeMs = turn === 1 ? restartMs : tierBeginMs - 86_400_000
    const samples: Sample[] = [
      gaugeOf('t.load', Math.sin(at) * number),
      {
        series: { name: 't.bytes', unit: 'By', kind: 'counter', attributes: {} },
        value: total,
        startTimeMs: tierBeginMs - 86_400_000,
      },
      { series: { name: 't.own', unit: '1', kind: 'counter', attributes: {} }, value: ownTotal, startTimeMs },
      timing(timeMs, at),
    ]
    // Comes and goes in the middle of a bucket.
    if (at % 40 > 17) samples.push(gaugeOf('t.guest', at, { where: 'here' }))
    const agent = agents[turn]
    const seq = (seqs[turn] ?? 0) + 1
    seqs[turn] = seq
    if (agent !== undefined) records.push(agent.record(seq, timeMs, samples))
  }
  return records
}

function timing(timeMs: number, at: number): Sample {
  const accumulator = new HistogramAccumulator()
  for (let each = 0; each <= at % 7; each++) accumulator.record(0.001 * (1 + ((at * 13 + each * 29) % 97)))
  const histogram = accumulator.take()
  if (histogram === undefined) throw new Error('a timing needs an observation')
  return {
    series: { name: 't.wait', unit: 's', kind: 'histogram', attributes: {} },
    histogram,
    startTimeMs: timeMs - spacingMs,
  }
}

/** Computes until nothing waits; returns in how many transactions. */
export async function rollUpAll(store: MetricStore, nowMs = tierNowMs, hostsAtOnce = 9): Promise<number> {
  for (let rounds = 0; rounds < 10_000; rounds++) {
    const { outcome } = await rollUp(store, { nowMs, hostsAtOnce })
    if (outcome === 'idle') return rounds
    if (outcome === 'busy') throw new Error('somebody else is computing')
  }
  throw new Error('computing the tiers finds no end')
}

/** All that the tiers have, without ids; sums are cut to twelve digits, since grouping moves the last ones. */
export async function storedTiers({ codec, database }: MetricStore): Promise<readonly string[]> {
  const numbers = await database.selectFrom('trend').selectAll().execute()
  const lines = numbers.map((row) => [
    row.resolution,
    codec.timeMs(row.time),
    row.host,
    row.metric,
    Number(row.count),
    [row.min, row.max, row.average, row.last].map(digits),
  ])
  const timings = await database
    .selectFrom('histogram_rollup')
    .innerJoin('series', 'series.series_id', 'histogram_rollup.series_id')
    .innerJoin('metric', 'metric.metric_id', 'series.metric_id')
    .innerJoin('host', 'host.host_id', 'histogram_rollup.host_id')
    .select(['resolution', 'time', 'host.name as host', 'metric.name as metric', 'scale', 'count', 'sum', 'min', 'max'])
    .select(['p50', 'p99', 'zero_count', 'bucket_offset', 'buckets'])
    .execute()
  const histograms = timings.map((row) => [
    row.resolution,
    codec.timeMs(row.time),
    row.host,
    row.metric,
    row.scale,
    Number(codec.bigintValue(row.count)),
    [row.sum, row.min, row.max, row.p50, row.p99].map(digits),
    row.bucket_offset,
    codec.wholesValue(row.buckets),
  ])
  return [...lines, ...histograms].map((line) => JSON.stringify(line)).toSorted()
}

function digits(value: number | null): string | null {
  return value === null ? null : value.toPrecision(12)
}
