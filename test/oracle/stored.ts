import { crc32c } from '../../src/runtime/crc32c.ts'
import { noTopicId } from '../../src/store/dead-letter/dead-letter-row.ts'
import type { MetricStore } from '../../src/store/store.ts'
import { readRows } from './read-rows.ts'

/** One row of `scrape` or `histogram`, told by identity instead of by ids. */
export interface StoredRow {
  readonly agentUid: string
  readonly run: bigint
  readonly seq: number
  readonly timeMs: number
  readonly kind: 'scrape' | 'histogram'
  /** As `ExpectedRow`. */
  readonly values: ReadonlyMap<string, string>
}

/** One row of `dead_letter`. */
export interface StoredLetter {
  /** Of one of ours; undefined for a foreign one. */
  readonly identity: { readonly agentUid: string; readonly run: bigint; readonly seq: number } | undefined
  readonly origin:
    | {
        readonly cluster: string
        readonly topic: string
        readonly topicId: string | undefined
        readonly partition: number
        readonly offset: bigint
      }
    | undefined
  readonly reason: string
  readonly crc: number
}

/** One row of `ingest_gap`. */
export interface StoredGap {
  readonly agentUid: string
  readonly run: bigint
  readonly fromSeq: number
  readonly toSeq: number
  readonly state: 'open' | 'lost' | 'expired'
  readonly reason: string | undefined
}

/** How far a run has been seen. */
export interface StoredRun {
  readonly agentUid: string
  readonly run: bigint
  readonly highSeq: number
}

/** All that the database says of records. */
export interface Stored {
  readonly rows: readonly StoredRow[]
  readonly letters: readonly StoredLetter[]
  readonly gaps: readonly StoredGap[]
  readonly runs: readonly StoredRun[]
}

const pageRows = 2000

/** Reads what is to be judged, by plain SQL, page by page. Throws the store's errors. */
export async function readStored(store: MetricStore): Promise<Stored> {
  const runs = await readRuns(store)
  const rows = await readRows(store, runs)
  return { rows, letters: await readLetters(store), gaps: await readGaps(store, runs), runs: [...runs.values()] }
}

async function readRuns({ codec, database }: MetricStore): Promise<ReadonlyMap<number, StoredRun>> {
  const rows = await database
    .selectFrom('agent_run')
    .innerJoin('host', 'host.host_id', 'agent_run.host_id')
    .select(['agent_run.run_id', 'agent_run.run', 'agent_run.high_seq', 'host.agent_uid'])
    .execute()
  return new Map(
    rows.map((row) => [
      row.run_id,
      {
        agentUid: codec.uidText(row.agent_uid),
        run: codec.bigintValue(row.run),
        highSeq: Number(codec.bigintValue(row.high_seq)),
      },
    ]),
  )
}

async function readGaps(
  { codec, database }: MetricStore,
  runs: ReadonlyMap<number, StoredRun>,
): Promise<readonly StoredGap[]> {
  const rows = await database.selectFrom('ingest_gap').selectAll().execute()
  return rows.map((row) => {
    const { agentUid, run } = runs.get(row.run_id) ?? { agentUid: `run_id ${row.run_id}`, run: -1n }
    return {
      agentUid,
      run,
      fromSeq: Number(codec.bigintValue(row.from_seq)),
      toSeq: Number(codec.bigintValue(row.to_seq)),
      // A check of the table holds it to these.
      state: row.state as StoredGap['state'],
      reason: row.reason ?? undefined,
    }
  })
}

async function readLetters({ codec, database }: MetricStore): Promise<readonly StoredLetter[]> {
  const letters: StoredLetter[] = []
  let last = codec.bigint(0)
  for (;;) {
    const rows = await database
      .selectFrom('dead_letter')
      .selectAll()
      .where('dead_letter_id', '>', last)
      .orderBy('dead_letter_id')
      .limit(pageRows)
      .execute()
    for (const row of rows) {
      const topicId = row.topic_id === null ? noTopicId : codec.uidText(row.topic_id)
      const { agent_uid: uid, run, seq, cluster, topic, partition, offset } = row
      letters.push({
        identity:
          uid === null || run === null || seq === null
            ? undefined
            : { agentUid: codec.uidText(uid), run: codec.bigintValue(run), seq: Number(codec.bigintValue(seq)) },
        origin:
          cluster === null || topic === null || partition === null || offset === null
            ? undefined
            : {
                cluster,
                topic,
                topicId: topicId === noTopicId ? undefined : topicId,
                partition,
                offset: codec.bigintValue(offset),
              },
        reason: row.reason,
        crc: crc32c(codec.bytesValue(row.payload)),
      })
    }
    const end = rows.at(-1)
    if (end === undefined || rows.length < pageRows) return letters
    last = end.dead_letter_id
  }
}
