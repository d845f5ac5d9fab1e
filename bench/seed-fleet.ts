import { RecordDecoder } from '../src/wire/decode.ts'
import { RecordEncoder } from '../src/wire/encode.ts'
import { encodeMessage } from '../src/wire/topic-message.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { ignoreEvents } from '../src/runtime/events.ts'
import { systemRandom } from '../src/runtime/random.ts'
import { Ingest } from '../src/store/ingest/ingest.ts'
import { migrate } from '../src/store/migrate.ts'
import type { MetricStore, ScrapeRow } from '../src/store/store.ts'
import { readingsAt, samplesAt, seriesOfHost } from './fleet-series.ts'
import { seedTiers } from './seed-tiers.ts'

/** What a database is filled with: hosts that have measured a hundred series every ten seconds. */
export interface FleetSize {
  readonly hosts: number
  /** Of raw rows, and of the tiers of all hosts. */
  readonly hours: number
  /** The first hosts have so many days of the tiers. */
  readonly days: number
}

/** How often each host measures. */
export const fleetIntervalMs = 10_000
/** So many hosts have the tiers of all days; those of a thousand would be 30 GB. */
export const hostsOfDays = 10
/** Where they are, a label to ask by. */
const sites: readonly string[] = ['berlin', 'paris', 'oslo', 'rome', 'porto', 'turku', 'bergen', 'lyon', 'gent', 'riga']
const run = 7n
/** About 9 MB in a COPY. */
const rowsAtOnce = 10_000
/** One is being made while the other is being stored. */
const batchesAtOnce = 2

/** The uid of a host of the fleet, from 0. */
export function uidOf(host: number): string {
  return `b1000000-0000-4000-8000-${host.toString(16).padStart(12, '0')}`
}

/**
 * Fills an empty database: each host's first record comes as its agent would send it, and brings all names and ids; the rows
 * after it go the hot path of the store, in the order of time. The tiers are as the roll-up would have left them.
 */
export async function seedFleet(store: MetricStore, size: FleetSize, tell: (text: string) => void): Promise<void> {
  const { hosts, hours, days } = size
  const nowMs = Math.floor(Date.now() / fleetIntervalMs) * fleetIntervalMs
  const beginMs = nowMs - hours * 3_600_000
  await migrate(store, { nowMs, rawRetentionMs: 14 * 86_400_000 }, ignoreEvents)
  await introduce(store, hosts, beginMs)
  const rows = await fillRaw(store, { hosts, beginMs, nowMs }, tell)
  tell(`${rows + hosts} rows of ${seriesOfHost} numbers`)
  await seedTiers(store, { beginMs, nowMs, days, hostsOfDays, intervalMs: fleetIntervalMs }, tell)
  await store.database
    .updateTable('host')
    .set({ last_seen: store.codec.time(nowMs - 1000) })
    .execute()
  await store.database
    .updateTable('agent_run')
    .set({ high_seq: store.codec.bigint((nowMs - beginMs) / fleetIntervalMs) })
    .execute()
}

/** Each measures at a moment of its own within the interval. */
function offsetOf(host: number): number {
  return (host * 37) % fleetIntervalMs
}

async function introduce(store: MetricStore, hosts: number, beginMs: number): Promise<void> {
  const clock = { ...systemClock, now: () => beginMs + fleetIntervalMs }
  const decoder = new RecordDecoder()
  const ingest = new Ingest({ store, decoder, clock, random: systemRandom, emit: ignoreEvents, acceptForeign: false })
  const startedAtMs = beginMs - 3_600_000
  for (let from = 0; from < hosts; from += 100) {
    const records = Array.from({ length: Math.min(100, hosts - from) }, (_, index) => {
      const host = from + index
      const agentUid = uidOf(host)
      const encoder = new RecordEncoder({
        agentUid,
        name: `web-${host + 1}`,
        version: '1.0.0',
        labels: { site: sites[host % sites.length] ?? '', rack: `r${host % 40}` },
        resource: { 'host.id': agentUid, 'host.arch': 'amd64', 'os.type': 'linux' },
        intervalMs: fleetIntervalMs,
        startedAtMs,
        bootedAtMs: startedAtMs - 86_400_000,
      })
      const timeMs = beginMs + offsetOf(host)
      const value = encoder.encode(timeMs, samplesAt(host, timeMs, startedAtMs - 86_400_000))
      return { ...encodeMessage({ agentUid, run, seq: 1, value }, timeMs), timestampMs: timeMs }
    })
    await ingest.ingest({ records }, new AbortController().signal)
  }
}

/** All rounds after the first. */
async function fillRaw(
  store: MetricStore,
  { hosts, beginMs, nowMs }: { readonly hosts: number; readonly beginMs: number; readonly nowMs: number },
  tell: (text: string) => void,
): Promise<number> {
  const ids = await store.database
    .selectFrom('scrape')
    .innerJoin('host', 'host.host_id', 'scrape.host_id')
    .select(['host.agent_uid', 'scrape.host_id', 'scrape.run_id', 'scrape.layout_id'])
    .execute()
  const byUid = new Map(ids.map((row) => [store.codec.uidText(row.agent_uid), row]))
  const known = Array.from({ length: hosts }, (_, host) => {
    const row = byUid.get(uidOf(host))
    if (row === undefined) throw new Error(`${uidOf(host)} is not stored`)
    return { hostId: row.host_id, runId: row.run_id, layoutId: row.layout_id }
  })
  const underWay = new Set<Promise<void>>()
  let batch: ScrapeRow[] = []
  let stored = 0
  const flush = async (): Promise<void> => {
    const rows = batch
    batch = []
    const storing = store
      .transaction(async ({ insertScrapes }) => insertScrapes(rows))
      .finally(() => underWay.delete(storing))
    underWay.add(storing)
    if (underWay.size >= batchesAtOnce) await Promise.race(underWay)
    stored += rows.length
    if (stored % 1_000_000 < rowsAtOnce) tell(`${stored} rows`)
  }
  for (let round = 1; beginMs + round * fleetIntervalMs < nowMs; round++) {
    for (const [host, ofHost] of known.entries()) {
      const timeMs = beginMs + round * fleetIntervalMs + offsetOf(host)
      batch.push({ timeMs, seq: round + 1, ...ofHost, readings: readingsAt(host, timeMs) })
      if (batch.length === rowsAtOnce) await flush()
    }
  }
  if (batch.length > 0) await flush()
  await Promise.all(underWay)
  return stored
}
