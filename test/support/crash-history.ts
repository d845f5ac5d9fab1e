import type { ArrivedRecord } from '../../src/metric/record.ts'
import type { Clock } from '../../src/runtime/clock.ts'
import type { Ingest } from '../../src/store/ingest/ingest.ts'
import type { MetricStore } from '../../src/store/store.ts'
import { batchAt, consumerNowMs, foreignRecord, gaugeOf, TestAgent, timerOf } from './arrived-records.ts'

/** The second batch repeats records of the first, so that both ways of inserting are taken. */
const recordsPerBatch = 7
const dayMs = 86_400_000

/** Few days, so that their partitions cost little. */
export const crashDays = { nowMs: consumerNowMs, rawRetentionMs: dayMs }

/** Stands still, so that what is stored does not depend on how often it was tried. */
export const stillClock: Clock = {
  now: () => consumerNowMs,
  monotonic: () => consumerNowMs,
  sleep: async (_ms, signal) => signal?.throwIfAborted(),
}

/**
 * Records that make use of all that ingest can do, of hosts, series and a topic that no other history has: so many
 * histories are told to one database, and each can be crashed elsewhere.
 */
export class CrashHistory {
  readonly #tag: string
  readonly #records: readonly ArrivedRecord[]
  readonly #hasPosition: boolean

  /** `number` tells it from the others. Without a position it is as `up` stores it, and has no foreign record. */
  constructor(number: number, hasPosition: boolean) {
    this.#tag = (0xc0ff0000 + number).toString(16)
    this.#hasPosition = hasPosition
    this.#records = this.#recordsOf(hasPosition)
  }

  /** Stores all of it as a reader hands it over: from where the database stands, to the end. */
  async tell(ingest: Ingest, signal: AbortSignal): Promise<void> {
    if (!this.#hasPosition) {
      for (let at = 0; at < this.#records.length; at += recordsPerBatch)
        await ingest.ingest({ records: this.#records.slice(at, at + recordsPerBatch) }, signal)
      return
    }
    const end = BigInt(this.#records.length)
    const start = await ingest.startOf({ ...this.#topic, earliestOffset: 0n, endOffset: end }, signal)
    for (let next = start.offset ?? 0n; next < end;) {
      const records = this.#records.slice(Number(next), Number(next) + recordsPerBatch)
      const outcome = await ingest.ingest(batchAt(next, records, this.#topic), signal)
      next = outcome.outcome === 'stale' ? outcome.nextOffset : next + BigInt(records.length)
    }
  }

  /**
   * All that the database has of it, without ids: equal for histories that were stored equally. Without when a host was last
   * seen, too, which a consumer writes only from time to time.
   */
  async stored({ codec, database }: MetricStore): Promise<readonly string[]> {
    const uids = [1, 2].map((agent) => codec.uid(this.#uid(agent)))
    const ofHosts = database.selectFrom('host').selectAll().orderBy('agent_uid')
    const hosts = await ofHosts
      .where((where) => where.or([where('agent_uid', 'in', uids), where('name', '=', this.#foreign)]))
      .execute()
    const lines: unknown[] = []
    for (const host of hosts) {
      const of = host.host_id
      const runs = await database.selectFrom('agent_run').selectAll().where('host_id', '=', of).orderBy('run').execute()
      for (const run of runs) {
        lines.push([
          'run',
          host.name,
          host.name === this.#foreign ? 'foreign' : String(codec.bigintValue(run.run)),
          Number(codec.bigintValue(run.high_seq)),
        ])
        const gaps = await database.selectFrom('ingest_gap').selectAll().where('run_id', '=', run.run_id).execute()
        lines.push(
          ...gaps.map(({ from_seq: from, to_seq: to, state, reason }) => [
            'gap',
            `${codec.bigintValue(from)}-${codec.bigintValue(to)}`,
            state,
            reason,
          ]),
        )
      }
      const samples = await database
        .selectFrom('sample')
        .select(['time', 'metric', 'value'])
        .where('host_id', '=', of)
        .execute()
      lines.push(...samples.map(({ time, metric, value }) => [codec.timeMs(time), metric, value]))
      const timings = await database
        .selectFrom('timing')
        .select(['time', 'metric', 'sum', 'p90'])
        .where('host_id', '=', of)
        .execute()
      lines.push(...timings.map(({ time, metric, sum, p90 }) => [codec.timeMs(time), metric, sum, p90]))
      const marks = await database.selectFrom('rollup_dirty').selectAll().where('host_id', '=', of).execute()
      lines.push(...marks.map(({ resolution, time }) => ['dirty', host.name, resolution, codec.timeMs(time)]))
    }
    const letters = await database.selectFrom('dead_letter').selectAll().where('agent_uid', 'in', uids).execute()
    lines.push(
      ...letters.map(({ reason, seq, offset, payload }) => [
        reason,
        seq === null ? null : Number(codec.bigintValue(seq)),
        offset === null ? null : Number(codec.bigintValue(offset)),
        Buffer.from(codec.bytesValue(payload)).toString('latin1'),
      ]),
    )
    const positions = await database
      .selectFrom('kafka_position')
      .select('next_offset')
      .where('cluster', '=', this.#tag)
      .execute()
    lines.push(...positions.map(({ next_offset: next }) => `position ${codec.bigintValue(next)}`))
    return lines.map((line) => JSON.stringify(line).replaceAll(this.#tag, '#')).toSorted()
  }

  get #topic() {
    return { cluster: this.#tag, topic: 'otlp_metrics', partition: 3 }
  }

  get #foreign(): string {
    return `foreign-${this.#tag}`
  }

  #uid(agent: number): string {
    return `${this.#tag}-0000-4000-8000-00000000000${agent}`
  }

  #recordsOf(hasForeign: boolean): readonly ArrivedRecord[] {
    const first = new TestAgent({ agentUid: this.#uid(1), name: 'web-1' })
    const second = new TestAgent({ agentUid: this.#uid(2), name: 'web-2' })
    const plain = (agent: TestAgent, seq: number, timeMs = timeOf(seq), value = seq): ArrivedRecord =>
      agent.record(seq, timeMs, [gaugeOf(`load-${this.#tag}`, value)])
    return [
      plain(first, 1),
      plain(first, 3),
      first.record(4, timeOf(4), [timerOf(`wait-${this.#tag}`, timeOf(4)), gaugeOf(`busy-${this.#tag}`, 4)]),
      first.poison(5),
      plain(first, 2),
      second.note(1, { run: 6n, fromSeq: 1, toSeq: 4, reason: 'run-ended' }),
      plain(first, 6, consumerNowMs - 30 * dayMs),
      plain(second, 2),
      plain(first, 3),
      plain(first, 1, timeOf(1), 99),
      plain(first, 9),
      first.note(10, { run: 7n, fromSeq: 7, toSeq: 7, reason: 'full' }),
      plain(first, 11),
      ...(hasForeign ? [foreignRecord(this.#foreign, 5)] : []),
    ]
  }
}

function timeOf(seq: number): number {
  return consumerNowMs - 60_000 + seq * 1000
}
