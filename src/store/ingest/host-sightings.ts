import { sql } from 'kysely'
import { inChunks } from '../insert-missing.ts'
import { newestTime, type PreparedRecord } from './rows-of.ts'
import type { MetricStore, StoreTransaction } from '../store.ts'
import { isDecoded } from './understand.ts'

const seldomMs = 10_000
const mostSkewMs = 2 ** 31 - 1

interface Sighting {
  readonly seenMs: number
  /** Undefined where no record told when it was sent. */
  readonly skewMs: number | undefined
}

/** A host that was forgotten and reports again. */
export interface ReturnedHost {
  readonly host: string
  readonly agentUid: string
}

/** What became of the sightings of a batch. */
export interface WrittenSightings {
  readonly returned: readonly ReturnedHost[]
  /** To be called when the transaction is committed. */
  readonly committed: () => void
}

/**
 * Moves `host.last_seen`, to the second and only forward, and the clock's skew with it: once an interval and at most every
 * ten seconds for a host, not with each batch. The skew holds the time that the record was on its way. A host that was
 * forgotten and reports again is back.
 */
export class HostSightings {
  readonly #store: MetricStore
  #written = new Map<number, number>()

  constructor(store: MetricStore) {
    this.#store = store
  }

  forget(): void {
    this.#written = new Map()
  }

  /** Writes what is due, inside the batch's transaction. */
  async write(
    transaction: StoreTransaction,
    records: readonly PreparedRecord[],
    nowMs: number,
  ): Promise<WrittenSightings> {
    const due = this.#due(records, nowMs)
    const returned = await this.#returning(transaction, due)
    const bySecond = Map.groupBy(due, ([, { seenMs }]) => seenMs)
    for (const [seenMs, hosts] of [...bySecond].sort(([a], [b]) => a - b)) {
      for (const chunk of inChunks(hosts)) await this.#writeChunk(transaction, seenMs, chunk)
    }
    return {
      returned,
      committed: () => {
        for (const [hostId, { seenMs }] of due) this.#written.set(hostId, seenMs)
      },
    }
  }

  /** Those that were forgotten and are seen now; what was measured before they were seen last brings none back. */
  async #returning(
    { sql: database }: StoreTransaction,
    due: readonly (readonly [number, Sighting])[],
  ): Promise<readonly ReturnedHost[]> {
    const { codec } = this.#store
    const seen = new Map(due)
    const returned: ReturnedHost[] = []
    for (const chunk of inChunks([...seen.keys()])) {
      const rows = await database
        .selectFrom('host')
        .select(['host_id', 'name', 'agent_uid', 'last_seen'])
        .where('host_id', 'in', chunk)
        .where('forgotten_at', 'is not', null)
        .execute()
      for (const row of rows) {
        if (codec.timeMs(row.last_seen) >= (seen.get(row.host_id)?.seenMs ?? 0)) continue
        returned.push({ host: row.name, agentUid: codec.uidText(row.agent_uid) })
      }
    }
    return returned
  }

  async #writeChunk(
    transaction: StoreTransaction,
    seenMs: number,
    hosts: readonly (readonly [number, Sighting])[],
  ): Promise<void> {
    const seen = this.#store.codec.time(seenMs)
    const cases = hosts.flatMap(([hostId, { skewMs }]) =>
      skewMs === undefined ? [] : [sql`when ${sql.lit(hostId)} then ${sql.lit(skewMs)}`],
    )
    const skew = { skew_ms: sql<number>`case host_id ${sql.join(cases, sql` `)} else skew_ms end` }
    await transaction.sql
      .updateTable('host')
      .set({ last_seen: seen, forgotten_at: null, ...(cases.length === 0 ? {} : skew) })
      .where(
        'host_id',
        'in',
        hosts.map(([hostId]) => hostId),
      )
      .where('last_seen', '<', seen)
      .execute()
  }

  #due(records: readonly PreparedRecord[], nowMs: number): readonly (readonly [number, Sighting])[] {
    const sightings = new Map<number, Sighting>()
    for (const { arrival, parts } of records) {
      const { content } = arrival
      if (!isDecoded(content)) continue
      for (const { hostId, part, scrapes, histograms } of parts) {
        const newest = Math.min(nowMs, newestTime({ scrapes, histograms }))
        const seenMs = Math.floor(newest / 1000) * 1000
        const former = sightings.get(hostId)
        const stepMs = Math.min(part.host.intervalMs ?? seldomMs, seldomMs)
        const isDue = seenMs >= (this.#written.get(hostId) ?? 0) + stepMs && seenMs > (former?.seenMs ?? 0)
        if (isDue) sightings.set(hostId, { seenMs, skewMs: skewOf(content.sentAtMs, nowMs) })
      }
    }
    return [...sightings].sort(([a], [b]) => a - b)
  }
}

function skewOf(sentAtMs: number | undefined, nowMs: number): number | undefined {
  if (sentAtMs === undefined || !Number.isFinite(sentAtMs)) return undefined
  return Math.round(Math.max(-mostSkewMs, Math.min(mostSkewMs, nowMs - sentAtMs)))
}
