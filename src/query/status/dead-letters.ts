import { sql } from 'kysely'
import type { HeaderList } from '../../runtime/network.ts'
import { fromStoredHeaders } from '../../store/dead-letter/dead-letter-headers.ts'
import { storedWhole } from '../../store/stored-value.ts'
import type { MetricStore } from '../../store/store.ts'
import { mostCounted } from './gaps.ts'

/** How many records were set aside, and why. */
export interface DeadLetterCounts {
  readonly total: number
  readonly byReason: Readonly<Record<string, number>>
  /** False: there are more, only the newest 10 000 were counted. */
  readonly isComplete: boolean
}

/** One record that was set aside, without its bytes. */
export interface ListedDeadLetter {
  /** A whole number as text. */
  readonly id: string
  /** ISO 8601. */
  readonly at: string
  readonly reason: string
  readonly error: string
  /** Of our own agents' records. */
  readonly agentUid: string | null
  readonly run: string | null
  readonly seq: number | null
  /** Where it stood in Kafka, where it came from there. */
  readonly cluster: string | null
  readonly topic: string | null
  readonly partition: number | null
  readonly offset: string | null
  readonly payloadBytes: number
}

/** One with all that was kept of it. */
export interface WholeDeadLetter extends ListedDeadLetter {
  readonly key: Uint8Array | undefined
  readonly headers: ReadonlyMap<string, Uint8Array>
  /** Present where the map cannot say all: a name stands twice or is no text, or has no value. */
  readonly headerList?: HeaderList
  readonly payload: Uint8Array
}

/** Which dead letters. */
export interface DeadLetterFilter {
  readonly reason?: string
  readonly limit: number
  /** Only those with a greater id, in the order of ids; else the newest first. */
  readonly afterId?: bigint
  /** Only up to this id. */
  readonly toId?: bigint
}

/** Counts the newest 10 000 by reason. */
export async function countDeadLetters({ database }: MetricStore): Promise<DeadLetterCounts> {
  const rows = await database
    .selectFrom((from) =>
      from.selectFrom('dead_letter').select('reason').orderBy('dead_letter_id', 'desc').limit(mostCounted).as('letter'),
    )
    .select('letter.reason')
    .select(({ fn }) => fn.countAll().as('letters'))
    .groupBy('letter.reason')
    .orderBy('letter.reason')
    .execute()
  const byReason = Object.fromEntries(rows.map(({ reason, letters }) => [reason, Number(storedWhole(letters))]))
  const total = Object.values(byReason).reduce((sum, letters) => sum + letters, 0)
  return { total, byReason, isComplete: total < mostCounted }
}

/** Lists without reading the bytes. */
export async function listDeadLetters(
  store: MetricStore,
  { reason, limit, afterId, toId }: DeadLetterFilter,
): Promise<readonly ListedDeadLetter[]> {
  const { codec } = store
  let query = listing(store)
  if (reason !== undefined) query = query.where('reason', '=', reason)
  if (afterId !== undefined) query = query.where('dead_letter_id', '>', codec.bigint(afterId))
  if (toId !== undefined) query = query.where('dead_letter_id', '<=', codec.bigint(toId))
  const rows = await query
    .orderBy('dead_letter_id', afterId === undefined ? 'desc' : 'asc')
    .limit(limit)
    .execute()
  return rows.map((row) => toListed(store, row))
}

/** One by its id; undefined where there is none. */
export async function readWholeDeadLetter(store: MetricStore, id: bigint): Promise<WholeDeadLetter | undefined> {
  const { codec } = store
  const row = await listing(store)
    .select(['key', 'headers', 'payload'])
    .where('dead_letter_id', '=', codec.bigint(id))
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    ...toListed(store, row),
    key: row.key === null ? undefined : codec.bytesValue(row.key),
    ...fromStoredHeaders(row.headers === null ? {} : codec.jsonValue(row.headers)),
    payload: codec.bytesValue(row.payload),
  }
}

function listing({ database }: MetricStore) {
  return database
    .selectFrom('dead_letter')
    .select(['dead_letter_id', 'at', 'reason', 'error', 'agent_uid', 'run', 'seq'])
    .select(['cluster', 'topic', 'partition', 'offset'])
    .select(sql`octet_length(payload)`.as('payload_bytes'))
}

type ListedRow = Awaited<ReturnType<ReturnType<typeof listing>['execute']>>[number]

function toListed({ codec }: MetricStore, row: ListedRow): ListedDeadLetter {
  return {
    id: String(codec.bigintValue(row.dead_letter_id)),
    at: new Date(codec.timeMs(row.at)).toISOString(),
    reason: row.reason,
    error: row.error,
    agentUid: row.agent_uid === null ? null : codec.uidText(row.agent_uid),
    run: row.run === null ? null : String(codec.bigintValue(row.run)),
    seq: row.seq === null ? null : Number(codec.bigintValue(row.seq)),
    cluster: row.cluster,
    topic: row.topic,
    partition: row.partition,
    offset: row.offset === null ? null : String(codec.bigintValue(row.offset)),
    payloadBytes: Number(storedWhole(row.payload_bytes)),
  }
}
