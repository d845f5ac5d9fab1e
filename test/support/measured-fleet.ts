import { HistogramAccumulator } from '../../src/metric/exponential-histogram.ts'
import type { Attributes, Sample } from '../../src/metric/sample.ts'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { StoreLocation } from '../../src/store/store-location.ts'
import { TestAgent } from './arrived-records.ts'
import { IngestWorld, restlessClock } from './ingest-world.ts'
import { rollUpAll } from './tier-history.ts'

const everyMs = 30_000
const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** What the two hosts of `fillMeasured` did, in the hour from `beginMs` on. */
export interface MeasuredFleet {
  readonly beginMs: number
  readonly endMs: number
  readonly nowMs: number
}

/**
 * Two hosts that were measured every 30 s for an hour, long enough ago that its buckets are computed: `steady`, whose every
 * figure is known, and `broken`, whose counters begin anew after ten minutes and which is silent from minute 15 to 27.
 */
export async function fillMeasured(location: StoreLocation, nowMs: number): Promise<MeasuredFleet> {
  const beginMs = Math.floor(nowMs / hourMs) * hourMs - 2 * hourMs
  await using store = await openStore(location, { durable: false })
  await migrate(store, { nowMs, rawRetentionMs: 14 * dayMs }, ignoreEvents)
  const world = new IngestWorld(store, { clock: restlessClock(nowMs) })
  for (const name of ['steady', 'broken'] as const) {
    const agentUid = `a0000000-0000-4000-8000-00000000000${name === 'steady' ? 1 : 2}`
    const agent = new TestAgent({ name, agentUid })
    const records = Array.from({ length: 120 }, (_, at) => {
      const minute = at / 2
      const isSilent = name === 'broken' && minute >= 15 && minute < 27
      return isSilent ? [] : [agent.record(at + 1, beginMs + at * everyMs, samplesAt(name, at, beginMs))]
    }).flat()
    await world.takeRecords(...records)
  }
  await rollUpAll(store, nowMs)
  return { beginMs, endMs: beginMs + hourMs, nowMs }
}

function samplesAt(name: 'steady' | 'broken', at: number, beginMs: number): readonly Sample[] {
  const isBegunAnew = name === 'broken' && at >= 20
  // 100 a second; anew, its first reading comes 10 s after its begin.
  const total = isBegunAnew ? 1000 + (at - 20) * 3000 : 1_000_000 + at * 3000
  const startTimeMs = isBegunAnew ? beginMs + 20 * everyMs - 10_000 : beginMs - hourMs
  const counters = (metric: string, unit: string, own: string, direction: string, ways: readonly string[]): Sample[] =>
    ways.map((way, index) => ({
      series: { name: metric, unit, kind: 'counter', attributes: { [own]: 'one', [direction]: way } },
      value: total * (index + 1),
      startTimeMs,
    }))
  const timings = new HistogramAccumulator()
  for (const seconds of [0.01, 0.02, 0.04]) timings.record(seconds)
  const histogram = timings.take()
  if (histogram === undefined) throw new Error('three observations are a histogram')
  const [net, way] = ['network.interface.name', 'network.io.direction']
  return [
    gauge('system.cpu.utilization', '1', { 'cpu.mode': 'idle' }, at % 2 === 0 ? 0.7 : 0.8),
    gauge('system.cpu.utilization', '1', { 'cpu.mode': 'user' }, at % 2 === 0 ? 0.3 : 0.2),
    gauge('system.memory.utilization', '1', { 'system.memory.state': 'used' }, 0.5),
    gauge('system.memory.utilization', '1', { 'system.memory.state': 'free' }, 0.5),
    gauge('system.memory.usage', 'By', { 'system.memory.state': 'used' }, 8e9),
    gauge('system.cpu.load_average.1m', '{thread}', {}, 1),
    gauge('system.cpu.load_average.5m', '{thread}', {}, 2),
    gauge('system.cpu.load_average.15m', '{thread}', {}, 3),
    gauge(
      'system.filesystem.utilization',
      '1',
      { 'system.filesystem.mountpoint': '/', 'system.device': '/dev/sda1' },
      0.9,
    ),
    ...counters('system.disk.io', 'By', 'system.device', 'disk.io.direction', ['read', 'write']),
    ...counters('system.disk.operations', '{operation}', 'system.device', 'disk.io.direction', ['read', 'write']),
    ...counters('system.network.io', 'By', net, way, ['receive', 'transmit']),
    ...counters('system.network.errors', '{error}', net, way, ['receive', 'transmit']),
    ...counters('system.network.packet.dropped', '{packet}', net, way, ['receive', 'transmit']),
    {
      series: { name: 'api.health', unit: 's', kind: 'histogram', attributes: {} },
      histogram,
      startTimeMs: beginMs + (at - 1) * everyMs,
    },
  ]
}

function gauge(metric: string, unit: string, attributes: Attributes, value: number): Sample {
  return { series: { name: metric, unit, kind: 'gauge', attributes }, value }
}
