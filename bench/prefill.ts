import { systemClock } from '../src/runtime/clock.ts'
import { ignoreEvents } from '../src/runtime/events.ts'
import { systemRandom } from '../src/runtime/random.ts'
import { Ingest } from '../src/store/ingest/ingest.ts'
import { migrate } from '../src/store/migrate.ts'
import { openStore } from '../src/store/open-store.ts'
import { usualRetention } from '../src/store/retention/keep-until.ts'
import type { MetricStore, ScrapeRow } from '../src/store/store.ts'
import type { StoreLocation } from '../src/store/store-location.ts'
import { RecordDecoder } from '../src/wire/decode.ts'
import { RecordEncoder } from '../src/wire/encode.ts'
import { encodeMessage } from '../src/wire/topic-message.ts'
import { numbersOfRecord, resourceOf, samplesOf } from './hundred-numbers.ts'

const intervalMs = 10_000
const rowsPerTransaction = 2000
/** Runs that nobody else writes: its seqs are not among those of the measured load. */
const run = 76n

/** What a database is to have before something is measured in it. */
export interface Prefill {
  readonly hosts: number
  readonly samples: number
  /** Nothing is from then on; what is older has ten seconds between two records of a host. */
  readonly endMs: number
}

/**
 * Brings an empty database's schema up to date and fills it: of each host one record goes the usual way, which makes its ids, and
 * the others go straight to the statement that writes packed rows.
 */
export async function prefill(location: StoreLocation, { hosts, samples, endMs }: Prefill): Promise<void> {
  await using store = await openStore(location, { durable: false })
  await migrate(store, { nowMs: Date.now(), rawRetentionMs: usualRetention.rawMs }, ignoreEvents)
  const rounds = Math.ceil(samples / numbersOfRecord / hosts)
  const firstMs = Math.floor(endMs) - rounds * intervalMs
  const ids = await firstRecords(store, hosts, firstMs)
  let rows: ScrapeRow[] = []
  for (let round = 1; round < rounds; round++) {
    for (const [host, of] of ids.entries()) {
      const readings = Float64Array.from({ length: numbersOfRecord }, (_, index) => (host + round) * 1000 + index)
      rows.push({ ...of, timeMs: firstMs + round * intervalMs, seq: round + 1, readings })
    }
    if (rows.length < rowsPerTransaction && round < rounds - 1) continue
    const batch = rows
    await store.transaction(async ({ insertScrapes }) => insertScrapes(batch))
    rows = []
  }
}

/** The ids under which each host's rows stand. */
async function firstRecords(
  store: MetricStore,
  hosts: number,
  timeMs: number,
): Promise<readonly Pick<ScrapeRow, 'hostId' | 'runId' | 'layoutId'>[]> {
  const seams = { clock: systemClock, random: systemRandom, emit: ignoreEvents }
  const ingest = new Ingest({ ...seams, store, decoder: new RecordDecoder(), acceptForeign: false })
  const records = Array.from({ length: hosts }, (_, host) => {
    const resource = resourceOf(host)
    const value = new RecordEncoder(resource).encode(timeMs, samplesOf(host))
    return {
      ...encodeMessage({ agentUid: resource.agentUid, run, seq: 1, value }, timeMs),
      timestampMs: timeMs,
    }
  })
  await ingest.ingest({ records }, new AbortController().signal)
  const rows = await store.database.selectFrom('scrape').select(['host_id', 'run_id', 'layout_id']).execute()
  return rows.map((row) => ({ hostId: row.host_id, runId: row.run_id, layoutId: row.layout_id }))
}
