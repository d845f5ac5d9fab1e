import type { ArrivedRecord } from '../../src/metric/record.ts'
import type { Attributes, Kind, Sample, Series } from '../../src/metric/sample.ts'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { StoreLocation } from '../../src/store/store-location.ts'
import { RecordEncoder } from '../../src/wire/encode.ts'
import { encodeMessage } from '../../src/wire/topic-message.ts'
import { IngestWorld, restlessClock } from './ingest-world.ts'

const batchLength = 500

/** A fleet whose last minutes are to be seen. */
export interface PageFleet {
  readonly hosts: number
  /** How many rounds each host has sent, the last one just now. */
  readonly rounds: number
  readonly intervalMs: number
  readonly nowMs: number
  /** The name of a host; `web-1` and so on unless told otherwise. */
  readonly name?: (host: number) => string
  readonly labels?: (host: number) => Readonly<Record<string, string>>
  /** True where a host has a gap in that round. */
  readonly isMissing?: (host: number, round: number) => boolean
}

/** The uid of a host of the fleet. */
export function fleetUid(host: number): string {
  return `b0000000-0000-4000-8000-${host.toString(16).padStart(12, '0')}`
}

/** Fills a database as a consumer would: records as agents encode them, through the real ingest. */
export async function fillStore(location: StoreLocation, fleet: PageFleet): Promise<void> {
  await using store = await openStore(location, { durable: false })
  await migrate(store, { nowMs: fleet.nowMs, rawRetentionMs: 14 * 86_400_000 }, ignoreEvents)
  const world = new IngestWorld(store, { clock: restlessClock(fleet.nowMs) })
  const records = recordsOf(fleet)
  // As it happened: every host was known from its first round on, before the others came.
  const first = records.splice(0, fleet.hosts)
  for (let from = 0; from < first.length; from += batchLength) {
    await world.takeRecords(...first.slice(from, from + batchLength))
  }
  for (let from = 0; from < records.length; from += batchLength) {
    await world.takeRecords(...records.slice(from, from + batchLength))
  }
}

/** Round by round, as they would have come. */
function recordsOf({ hosts, rounds, intervalMs, nowMs, name, labels, isMissing }: PageFleet): ArrivedRecord[] {
  const startedAtMs = nowMs - rounds * intervalMs
  const agents = Array.from({ length: hosts }, (_, host) => ({
    agentUid: fleetUid(host),
    seq: 0,
    encoder: new RecordEncoder({
      agentUid: fleetUid(host),
      name: name?.(host) ?? `web-${host + 1}`,
      version: '1.0.0',
      labels: labels?.(host) ?? { site: host % 2 === 0 ? 'berlin' : 'paris' },
      resource: { 'os.type': 'linux', 'os.version': '6.1.0', 'host.arch': 'amd64' },
      intervalMs,
      startedAtMs,
      bootedAtMs: startedAtMs - 86_400_000,
    }),
  }))
  return Array.from({ length: rounds }, (_, round) =>
    agents.flatMap((agent, host): readonly ArrivedRecord[] => {
      if (isMissing?.(host, round) === true) return []
      const timeMs = startedAtMs + (round + 1) * intervalMs
      const value = agent.encoder.encode(timeMs, samplesAt(host, round + 1, startedAtMs, intervalMs))
      agent.seq += 1
      const { agentUid, seq } = agent
      const { key, headers } = encodeMessage({ agentUid, run: 7n, seq, value }, timeMs + 5)
      return [{ key, headers, value, timestampMs: timeMs }]
    }),
  ).flat()
}

function samplesAt(host: number, round: number, startedAtMs: number, intervalMs: number): readonly Sample[] {
  const busy = 0.35 + 0.25 * Math.sin(round / 20 + host) + 0.08 * Math.sin(round / 3 + host * 5)
  const used = 0.55 + 0.05 * Math.sin(round / 40 + host)
  const total = round * intervalMs * 1000
  function traffic(direction: 'receive' | 'transmit'): Sample {
    const attributes = { 'network.interface.name': 'eth0', 'network.io.direction': direction }
    // A total that only rises, at a pace that changes.
    const value = total * 1.2 + 2e7 * Math.sin(round / 30 + host)
    return {
      series: { name: 'system.network.io', unit: 'By', kind: 'counter', attributes },
      value,
      startTimeMs: startedAtMs,
    }
  }
  return [
    number('system.cpu.utilization', '1', 'gauge', { 'cpu.mode': 'user' }, busy * 0.7),
    number('system.cpu.utilization', '1', 'gauge', { 'cpu.mode': 'system' }, busy * 0.3),
    number('system.cpu.utilization', '1', 'gauge', { 'cpu.mode': 'idle' }, 1 - busy),
    number('system.cpu.load_average.1m', '{thread}', 'gauge', {}, busy * 8),
    number('system.memory.utilization', '1', 'gauge', { 'system.memory.state': 'used' }, used),
    number('system.memory.usage', 'By', 'updowncounter', { 'system.memory.state': 'used' }, used * 16 * 1024 ** 3),
    number(
      'system.filesystem.utilization',
      '1',
      'gauge',
      { 'system.filesystem.mountpoint': '/' },
      (7 + (host % 3)) / 10,
    ),
    traffic('receive'),
    traffic('transmit'),
    number('mail.queue', '{message}', 'gauge', {}, Math.max(0, Math.round(20 + 15 * Math.sin(round / 9 + host)))),
    {
      series: { name: 'api.health', unit: 's', kind: 'histogram', attributes: {} },
      startTimeMs: startedAtMs + (round - 1) * intervalMs,
      // Around 60 ms: bucket i of scale 2 ends at 2^((offset + i + 1) / 4) seconds.
      histogram: {
        scale: 2,
        count: 12,
        sum: 0.8,
        min: 0.032,
        max: 0.1,
        zeroCount: 0,
        offset: -20,
        counts: [1, 3, 4, 2, 1, 0, 1],
      },
    },
  ]
}

function number(
  name: string,
  unit: string,
  kind: Kind,
  attributes: Attributes,
  value: number,
): { series: Series; value: number } {
  return { series: { name, unit, kind, attributes }, value }
}
