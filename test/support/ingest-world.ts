import type { ArrivedBatch, ArrivedRecord } from '../../src/metric/record.ts'
import type { Clock } from '../../src/runtime/clock.ts'
import type { Emit, EventName } from '../../src/runtime/events.ts'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { Ingest, type IngestOptions, type IngestOutcome } from '../../src/store/ingest/ingest.ts'
import { migrate } from '../../src/store/migrate.ts'
import type { MetricStore } from '../../src/store/store.ts'
import { RecordDecoder } from '../../src/wire/decode.ts'
import type { StoreHarness } from '../contract/store.ts'
import { batchAt, consumerNowMs } from './arrived-records.ts'

/** What the tests of ingest keep for raw: two weeks. */
export const testDays = { nowMs: consumerNowMs, rawRetentionMs: 14 * 86_400_000 }

/** A clock that stands still but when slept on, where it wakes at once. */
export function restlessClock(startMs = consumerNowMs): Clock {
  let nowMs = startMs
  return {
    now: () => nowMs,
    monotonic: () => nowMs,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      nowMs += ms
    },
  }
}

/** A migrated database, a consumer at it, and short ways to ask what is stored. */
export class IngestWorld {
  readonly store: MetricStore
  readonly events: { readonly name: EventName; readonly data: unknown }[] = []
  readonly ingest: Ingest

  constructor(store: MetricStore, options: Partial<IngestOptions> = {}) {
    const emit: Emit = (name, data) => {
      this.events.push({ name, data })
    }
    this.store = store
    this.ingest = new Ingest({
      store,
      decoder: new RecordDecoder(),
      clock: restlessClock(),
      random: { bytes: (length) => new Uint8Array(length), unit: () => 0 },
      emit,
      acceptForeign: true,
      ...options,
    })
  }

  async take(batch: ArrivedBatch): Promise<IngestOutcome> {
    return this.ingest.ingest(batch, new AbortController().signal)
  }

  /** Records in the way of `up`: without a position. */
  async takeRecords(...records: readonly ArrivedRecord[]): Promise<IngestOutcome> {
    return this.take({ records })
  }

  async takeAt(fromOffset: bigint, ...records: readonly ArrivedRecord[]): Promise<IngestOutcome> {
    return this.take(batchAt(fromOffset, records))
  }

  /** Brings the database to where a backup from before the first record would: its ids are given anew. */
  async goBack(): Promise<void> {
    const { database } = this.store
    for (const table of ['kafka_position', 'scrape', 'rollup_dirty', 'agent_run', 'layout_series', 'layout'] as const)
      await database.deleteFrom(table).execute()
  }

  /** The gaps of all runs, such as `2-4 lost full`. */
  async gaps(): Promise<readonly string[]> {
    const rows = await this.store.database
      .selectFrom('ingest_gap')
      .selectAll()
      .orderBy('run_id')
      .orderBy('from_seq')
      .execute()
    const { bigintValue } = this.store.codec
    return rows.map(({ from_seq: from, to_seq: to, state, reason }) =>
      [`${bigintValue(from)}-${bigintValue(to)}`, state, ...(reason === null ? [] : [reason])].join(' '),
    )
  }

  /** The watermarks of all runs, in the order of their ids. */
  async highSeqs(): Promise<readonly number[]> {
    const rows = await this.store.database.selectFrom('agent_run').select('high_seq').orderBy('run_id').execute()
    return rows.map(({ high_seq: high }) => Number(this.store.codec.bigintValue(high)))
  }

  /** Why records were set aside, oldest first. */
  async deadLetters(): Promise<readonly string[]> {
    const rows = await this.store.database
      .selectFrom('dead_letter')
      .select('reason')
      .orderBy('dead_letter_id')
      .execute()
    return rows.map(({ reason }) => reason)
  }

  async deadLetterIds(): Promise<readonly bigint[]> {
    const rows = await this.store.database
      .selectFrom('dead_letter')
      .select('dead_letter_id')
      .orderBy('dead_letter_id')
      .execute()
    return rows.map((row) => this.store.codec.bigintValue(row.dead_letter_id))
  }

  /** All values in the view `sample`, smallest first. */
  async values(): Promise<readonly number[]> {
    const rows = await this.store.database.selectFrom('sample').select('value').execute()
    return rows.map(({ value }) => value).sort((a, b) => a - b)
  }

  /** The stored positions. */
  async positions(): Promise<readonly bigint[]> {
    const rows = await this.store.database.selectFrom('kafka_position').select('next_offset').execute()
    return rows.map((row) => this.store.codec.bigintValue(row.next_offset))
  }

  told(name: EventName): readonly unknown[] {
    return this.events.filter((event) => event.name === name).map(({ data }) => data)
  }
}

/** Runs a test in a world of its own. */
export async function inWorld(
  harness: StoreHarness,
  test: (world: IngestWorld, open: () => Promise<MetricStore>) => Promise<void>,
  options: Partial<IngestOptions> = {},
): Promise<void> {
  await using database = await harness.freshDatabase()
  await using store = await database.open()
  await migrate(store, testDays, ignoreEvents)
  await test(new IngestWorld(store, options), async () => database.open())
}
