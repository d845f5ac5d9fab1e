/**
 * The network, as an argument: a partitioned log that is written and read over it.
 * The real one is Kafka's (`kafka/kafka-network.ts`), the simulated one lives in the tests. It promises as little as a
 * broker does: a write may be stored and its answer lost, records may be stored twice, a reader may start over.
 */
export interface Network {
  /** Opens lazily: `connect` or the first `send` connects. */
  readonly writer: () => LogWriter
  /** Joins the consumer group when iterated. */
  readonly reader: (options: LogReaderOptions) => LogReader
}

/** A record to be written. */
export interface OutgoingRecord {
  readonly key: Uint8Array
  readonly headers: ReadonlyMap<string, Uint8Array>
  readonly value: Uint8Array
  /** Unix milliseconds, for the broker's index. */
  readonly timestampMs: number
}

/** What became of one record of a `send`: written, or refused for itself (too large, corrupt), which no retry changes. */
export type SendOutcome = { readonly stored: true } | { readonly stored: false; readonly reason: string }

/** Writes to one topic. */
export interface LogWriter extends AsyncDisposable {
  /** Makes sure that the topic can be reached, so that what is wrong is told before there is something to send. Throws as `send`. */
  readonly connect: (signal: AbortSignal) => Promise<void>
  /** Resolves when the connection breaks while nothing is sent, and when the signal aborts. One waits at a time. */
  readonly lost: (signal: AbortSignal) => Promise<void>
  /**
   * Sends with acks=all, in order. Each index of `records` has its outcome in the result.
   * Throws a HostvitalsError when nothing is known to be stored; its `retryable` says whether time alone may help.
   */
  readonly send: (records: readonly OutgoingRecord[], signal: AbortSignal) => Promise<readonly SendOutcome[]>
}

/** Where a reader begins, asked at each assignment. */
export interface LogReaderOptions {
  readonly group: string
  /** The next offset of each assigned partition, from the database; a partition that is missing begins at the earliest. */
  readonly positions: (at: LogPartition) => Promise<LogStart>
  /** Told at each assignment, once the positions are known: reading begins. */
  readonly assigned: (partitions: readonly number[]) => void
  /** Told which assigned partitions are not read, since no broker leads them or answers for them; each time that changes. */
  readonly waiting?: (partitions: readonly number[]) => void
  /** Told when the broker was reached and says nothing; it is waited for. `answers` is told when it does after all. */
  readonly silent?: (error: Error) => void
  readonly answers?: () => void
  /** Most bytes that are fetched and not yet taken by the consumer. */
  readonly maxBufferedBytes: number
}

/** One partition of a topic of a cluster. */
export interface LogPartition {
  readonly cluster: string
  readonly topic: string
  readonly topicId?: string
  readonly partition: number
  /** The oldest offset the broker still has, and the next one it will give. */
  readonly earliestOffset: bigint
  readonly endOffset: bigint
}

/** Begin here; or, without an offset, at the earliest. */
export interface LogStart {
  readonly offset?: bigint
}

/** Consecutive records of one partition, as fetched. */
export interface FetchedBatch extends Omit<LogPartition, 'earliestOffset' | 'endOffset'> {
  readonly fromOffset: bigint
  readonly nextOffset: bigint
  readonly records: readonly FetchedRecord[]
}

/** Headers in their order, as bytes. */
export type HeaderList = readonly (readonly [name: Uint8Array, value: Uint8Array | undefined])[]

/** One record as fetched. */
export interface FetchedRecord {
  readonly offset: bigint
  readonly key: Uint8Array | undefined
  readonly headers: ReadonlyMap<string, Uint8Array>
  /** Present where the map cannot say all: a name stands twice or is no text, or has no value. */
  readonly headerList?: HeaderList
  readonly value: Uint8Array
  /** Present where `value` is no record but a whole batch of the log that cannot be unpacked: why. It stands at its first offset. */
  readonly unread?: string
  readonly timestampMs: number
}

/** Reads one topic as a member of a group. */
export interface LogReader extends AsyncDisposable {
  /**
   * Batches as they come, until the signal aborts. The next one is fetched only as `maxBufferedBytes` allows.
   * Throws a HostvitalsError when the broker is away or refuses; iterating again joins again.
   */
  readonly batches: (signal: AbortSignal) => AsyncIterable<FetchedBatch>
  /** Tells the group how far the database is: a hint for lag tools, never relied upon. Neither waits nor throws. */
  readonly commit: (batch: FetchedBatch) => void
  /**
   * Asks the broker how many records of each of our partitions are not stored yet. Throws a HostvitalsError when it does
   * not answer. Absent where a log cannot tell.
   */
  readonly lags?: () => Promise<ReadonlyMap<number, number>>
  /** Drops what is buffered of that partition and reads on from the offset. */
  readonly seek: (topic: string, partition: number, offset: bigint) => Promise<void>
}
