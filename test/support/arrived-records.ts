import type { ArrivedBatch, ArrivedRecord, Note } from '../../src/metric/record.ts'
import type { Attributes, Sample } from '../../src/metric/sample.ts'
import { RecordEncoder } from '../../src/wire/encode.ts'
import { encodeMessage } from '../../src/wire/topic-message.ts'

/** The time by the consumer's clock in tests of the store: a quarter past eight. */
export const consumerNowMs = Date.UTC(2026, 10, 24, 8, 15)

/** One number. */
export function gaugeOf(name: string, value: number, attributes: Attributes = {}): Sample {
  return { series: { name, unit: '1', kind: 'gauge', attributes }, value }
}

/** One timer's interval of ten seconds, which ended at `timeMs`. */
export function timerOf(name: string, timeMs: number): Sample {
  const histogram = { scale: 0, count: 3, sum: 7, min: 1, max: 4, zeroCount: 0, offset: -1, counts: [1, 1, 1] }
  return { series: { name, unit: 's', kind: 'histogram', attributes: {} }, histogram, startTimeMs: timeMs - 10_000 }
}

/** What an agent of a test is. */
export interface AgentOptions {
  readonly agentUid?: string
  readonly run?: bigint
  readonly name?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly replacesUid?: string
  readonly isEphemeral?: boolean
}

/** Makes records as an agent does: with the real encoder, header and key. */
export class TestAgent {
  readonly agentUid: string
  readonly run: bigint
  readonly #encoder: RecordEncoder

  constructor({
    agentUid = 'a0000000-0000-4000-8000-000000000001',
    run = 7n,
    name = 'web-1',
    labels = {},
    ...identity
  }: AgentOptions = {}) {
    this.agentUid = agentUid
    this.run = run
    this.#encoder = new RecordEncoder({
      ...identity,
      agentUid,
      name,
      version: '1.0.0',
      labels,
      resource: { 'os.type': 'linux' },
      intervalMs: 10_000,
      startedAtMs: consumerNowMs - 3_600_000,
    })
  }

  /** A record of one gauge; its value is the seq unless told otherwise. */
  record(
    seq: number,
    timeMs = consumerNowMs - 60_000 + seq * 1000,
    samples: readonly Sample[] = [gaugeOf('load', seq)],
  ): ArrivedRecord {
    return this.#arrive(seq, timeMs, this.#encoder.encode(timeMs, samples))
  }

  /** A tombstone or the end of a former run. */
  note(seq: number, note: Note): ArrivedRecord {
    return this.#arrive(seq, consumerNowMs, this.#encoder.encode(consumerNowMs, []), note)
  }

  /** Bytes under this agent's header that nobody can decode. */
  poison(seq: number, value: Uint8Array = Uint8Array.of(0xff, 0xff, 0xff, 0, 1)): ArrivedRecord {
    return this.#arrive(seq, consumerNowMs, value)
  }

  #arrive(seq: number, timestampMs: number, value: Uint8Array, note?: Note): ArrivedRecord {
    const { agentUid, run } = this
    const spooled = { agentUid, run, seq, value, ...(note === undefined ? {} : { note }) }
    return { ...encodeMessage(spooled, timestampMs + 5), timestampMs }
  }
}

/** What another agent of a host of this name encodes with. */
export function foreignEncoder(name: string, startedAtMs: number): RecordEncoder {
  return new RecordEncoder({
    agentUid: 'f0000000-0000-4000-8000-000000000001',
    name,
    version: '0',
    labels: {},
    resource: { 'host.id': name },
    intervalMs: 10_000,
    startedAtMs,
  })
}

/** A record of another agent: OTLP without our header. */
export function foreignRecord(name: string, value: number, timeMs = consumerNowMs - 60_000): ArrivedRecord {
  return {
    key: undefined,
    headers: new Map(),
    value: foreignEncoder(name, timeMs).encode(timeMs, [gaugeOf('load', value)]),
    timestampMs: timeMs,
  }
}

/** Where the batches of a test stand, unless told otherwise. */
export const testTopic = { cluster: 'cluster-1', topic: 'otlp_metrics', partition: 3 }

/** The records as consecutive ones of a partition, from this offset on. */
export function batchAt(
  fromOffset: bigint,
  records: readonly ArrivedRecord[],
  topic: Partition = testTopic,
): ArrivedBatch {
  return {
    position: { ...topic, fromOffset, nextOffset: fromOffset + BigInt(records.length) },
    records: records.map((record, index) => {
      const { cluster, topic: name, partition } = topic
      const topicId = topic.topicId === undefined ? {} : { topicId: topic.topicId }
      return { ...record, origin: { cluster, topic: name, ...topicId, partition, offset: fromOffset + BigInt(index) } }
    }),
  }
}

/** A partition of a topic. */
export interface Partition {
  readonly cluster: string
  readonly topic: string
  readonly topicId?: string
  readonly partition: number
}
