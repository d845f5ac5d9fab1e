import { sql } from 'kysely'
import { inChunks } from '../insert-missing.ts'
import { type GapState, type SeqGap, SeqHistory, type Skipped } from './seq-history.ts'
import type { MetricStore, StoreTransaction } from '../store.ts'

/** A gap and whose it is. */
export interface GapOfRun {
  readonly runId: number
  readonly gap: SeqGap
}

/** Watermarks and gaps of the runs that a batch touches, under their rows' locks until it commits. */
export class RunHistories {
  readonly #store: MetricStore
  readonly #before: ReadonlyMap<number, { readonly high: number; readonly gaps: ReadonlySet<SeqGap> }>
  readonly #histories: ReadonlyMap<number, SeqHistory>

  private constructor(store: MetricStore, histories: ReadonlyMap<number, SeqHistory>) {
    this.#store = store
    this.#histories = histories
    this.#before = new Map([...histories].map(([runId, { high, gaps }]) => [runId, { high, gaps: new Set(gaps) }]))
  }

  /**
   * Locks the runs' rows, by id, so that two consumers wait for each other and do not lock crosswise. `skippedBy` says what
   * is to be said of what a run lacks before its next record; undefined is an open gap.
   */
  static async lock(
    store: MetricStore,
    transaction: StoreTransaction,
    runIds: Iterable<number>,
    nowMs: number,
    skippedBy: (runId: number) => Skipped | undefined = () => undefined,
  ): Promise<RunHistories> {
    const histories = new Map<number, SeqHistory>()
    const { codec } = store
    for (const chunk of inChunks([...new Set(runIds)].sort((a, b) => a - b))) {
      const query = transaction.sql.selectFrom('agent_run').select(['run_id', 'high_seq']).where('run_id', 'in', chunk)
      const locked = store.traits.supportsRowLocks ? query.orderBy('run_id').forUpdate() : query
      const runs = await locked.execute()
      const rows = await transaction.sql.selectFrom('ingest_gap').selectAll().where('run_id', 'in', chunk).execute()
      const gaps = Map.groupBy(rows, (row) => row.run_id)
      for (const run of runs) {
        const own = (gaps.get(run.run_id) ?? []).map((row) => ({
          fromSeq: Number(codec.bigintValue(row.from_seq)),
          toSeq: Number(codec.bigintValue(row.to_seq)),
          // A check of the table holds it to these.
          state: row.state as GapState,
          reason: row.reason ?? undefined,
          notedAtMs: codec.timeMs(row.noted_at),
        }))
        const high = Number(codec.bigintValue(run.high_seq))
        histories.set(run.run_id, new SeqHistory(high, own, nowMs, skippedBy(run.run_id)))
      }
    }
    return new RunHistories(store, histories)
  }

  /** Undefined for runs that are not ours. */
  of(runId: number | undefined): SeqHistory | undefined {
    return runId === undefined ? undefined : this.#histories.get(runId)
  }

  /** Gaps that hold a seq which was in no gap of that state before: what is to be told. */
  grownGaps(): readonly GapOfRun[] {
    return this.#newGaps().filter(({ runId, gap }) => {
      const before = [...(this.#before.get(runId)?.gaps ?? [])]
      return !before.some(
        ({ fromSeq, toSeq, state }) => state === gap.state && fromSeq <= gap.fromSeq && gap.toSeq <= toSeq,
      )
    })
  }

  /** Writes what changed. */
  async save(transaction: StoreTransaction): Promise<void> {
    const { codec } = this.#store
    await this.#saveWatermarks(transaction)
    for (const [runId, { gaps }] of this.#histories) {
      const kept = new Set(gaps)
      const gone = [...(this.#before.get(runId)?.gaps ?? [])].filter((gap) => !kept.has(gap))
      for (const chunk of inChunks(gone)) {
        await transaction.sql
          .deleteFrom('ingest_gap')
          .where('run_id', '=', runId)
          .where(
            'from_seq',
            'in',
            chunk.map(({ fromSeq }) => codec.bigint(fromSeq)),
          )
          .execute()
      }
    }
    for (const chunk of inChunks(this.#newGaps())) {
      const rows = chunk.map(({ runId, gap: { fromSeq, toSeq, state, reason, notedAtMs } }) => ({
        run_id: runId,
        from_seq: codec.bigint(fromSeq),
        to_seq: codec.bigint(toSeq),
        state,
        reason: reason ?? null,
        noted_at: codec.time(notedAtMs),
      }))
      await transaction.sql.insertInto('ingest_gap').values(rows).execute()
    }
  }

  #newGaps(): readonly GapOfRun[] {
    return [...this.#histories].flatMap(([runId, { gaps }]) => {
      const before = this.#before.get(runId)?.gaps
      return gaps.filter((gap) => before?.has(gap) !== true).map((gap) => ({ runId, gap }))
    })
  }

  async #saveWatermarks(transaction: StoreTransaction): Promise<void> {
    const moved = [...this.#histories].filter(([runId, { high }]) => high !== this.#before.get(runId)?.high)
    for (const chunk of inChunks(moved)) {
      // Numbers of ours, as literals: a parameter inside CASE has no type on PostgreSQL.
      const cases = sql.join(
        chunk.map(([runId, { high }]) => sql`when ${sql.lit(runId)} then ${sql.lit(high)}`),
        sql` `,
      )
      await transaction.sql
        .updateTable('agent_run')
        .set({ high_seq: sql`case run_id ${cases} end` })
        .where(
          'run_id',
          'in',
          chunk.map(([runId]) => runId),
        )
        .execute()
    }
  }
}
