import type { HeaderList } from '../runtime/network.ts'

/** A record's identity for ever: it is the dedupe key in the database, and every resend carries it (docs/delivery.md). */
export interface RecordIdentity {
  /** The agent's id, 16 random bytes as lower-case UUID text. */
  readonly agentUid: string
  /** 63 random bits, new at every start of an agent. */
  readonly run: bigint
  /** 1, 2, 3 … within the run. */
  readonly seq: number
}

/** What an agent says about records of one of its runs that will not come, or about where a former run ended. */
export interface Note {
  /** The run that is spoken of, not the run that speaks. */
  readonly run: bigint
  /** First and last seq spoken of. A `run-ended` note has `fromSeq` 1 and the run's last accepted seq in `toSeq`. */
  readonly fromSeq: number
  readonly toSeq: number
  readonly reason: NoteReason
}

/** Why: the spool was full, bytes on disk were damaged, the broker refused the record for itself, or a former run ended there. */
export type NoteReason = 'full' | 'corrupt' | 'refused' | 'run-ended'

/** One record as it stands in the spool: its identity and its OTLP bytes, or a note (then the bytes are empty). */
export interface SpooledRecord extends RecordIdentity {
  readonly value: Uint8Array
  readonly note?: Note
}

/** Where a record stands in Kafka. */
export interface TopicOrigin {
  /** The cluster's id as its brokers tell it. */
  readonly cluster: string
  readonly topic: string
  /** The topic's UUID, where the broker tells it: a topic that was deleted and made again has another. */
  readonly topicId?: string
  readonly partition: number
  readonly offset: bigint
}

/** One record as it arrived at a consumer, not yet decoded or trusted. */
export interface ArrivedRecord {
  /** Absent in `up`, where records come straight from the spool. */
  readonly origin?: TopicOrigin
  readonly key: Uint8Array | undefined
  readonly headers: ReadonlyMap<string, Uint8Array>
  /** Present where the map cannot say all: a name stands twice or is no text, or has no value. */
  readonly headerList?: HeaderList
  readonly value: Uint8Array
  /** Present where `value` is no record but a whole batch of the log that cannot be unpacked: why. */
  readonly unread?: string
  /** The broker's or the producer's time of the record, Unix milliseconds. */
  readonly timestampMs: number
}

/** Consecutive records of one partition (or of the spool), the unit of one database transaction. */
export interface ArrivedBatch {
  /** Absent in `up`. Offsets are those of the batch, holes (compaction, control records) included. */
  readonly position?: {
    readonly cluster: string
    readonly topic: string
    readonly topicId?: string
    readonly partition: number
    /** The offset that the stream stood at before this batch. */
    readonly fromOffset: bigint
    /** The offset after the batch's last record: what the position becomes. */
    readonly nextOffset: bigint
  }
  readonly records: readonly ArrivedRecord[]
}
