import { Consumer, type ClusterMetadata } from '@platformatic/kafka'
import type { FetchedBatch, FetchedRecord, LogReader, LogReaderOptions } from '../runtime/network.ts'
import { clientOptions, type KafkaConnection } from './client-options.ts'
import { toKafkaError } from './kafka-error.ts'
import type { Emit } from '../runtime/events.ts'

const earliest = -2n
const latest = -1n
const isControl = 0x20
/**
 * How long the group waits for a member that is gone: until then a partition of its is read by nobody, ourselves coming back
 * after the broker's crash included. A member that wakes up later does no harm: the database knows the position.
 */
const membership = { sessionTimeout: 10_000, heartbeatInterval: 3000 }
const offsetOutOfRange = 1

interface Assigned {
  readonly partition: number
  offset: bigint
}

type FetchResponse = Awaited<ReturnType<Consumer['fetch']>>
type FetchedPartition = FetchResponse['responses'][number]['partitions'][number]
type Fetched = NonNullable<FetchedPartition['records']>[number]

/**
 * Reads the topic as a member of a group, fetching by itself: the offsets are the database's, and nothing is fetched before
 * the former fetch was taken, so that what is buffered stays within `maxBufferedBytes`.
 */
export class KafkaReader implements LogReader {
  readonly #connection: KafkaConnection
  readonly #options: LogReaderOptions
  readonly #emit: Emit
  #consumer: Consumer | undefined
  #assigned: readonly Assigned[] = []
  #generation = 0

  constructor(connection: KafkaConnection, options: LogReaderOptions, emit: Emit) {
    this.#connection = connection
    this.#options = options
    this.#emit = emit
  }

  batches = async function* (this: KafkaReader, signal: AbortSignal): AsyncGenerator<FetchedBatch> {
    try {
      const consumer = await this.#join()
      let generation = -1
      while (!signal.aborted) {
        if (generation !== this.#generation) {
          generation = this.#generation
          await this.#assign(consumer)
        }
        for (const batch of await this.#fetch(consumer)) {
          if (signal.aborted || generation !== this.#generation) break
          yield batch
          const assigned = this.#assigned.find(({ partition }) => partition === batch.partition)
          // A seek while the batch was being stored goes before it.
          if (assigned?.offset === batch.fromOffset) assigned.offset = batch.nextOffset
        }
      }
    } catch (error) {
      await this[Symbol.asyncDispose]()
      throw toKafkaError(error, this.#connection.brokers)
    }
  }

  commit = async ({ topic, partition, nextOffset }: FetchedBatch): Promise<void> => {
    // A hint for lag tools only: where it fails, the database still knows.
    await this.#consumer
      ?.commit({ offsets: [{ topic, partition, offset: nextOffset, leaderEpoch: -1 }] })
      .catch(() => undefined)
  }

  seek = async (_topic: string, partition: number, offset: bigint): Promise<void> => {
    for (const assigned of this.#assigned) if (assigned.partition === partition) assigned.offset = offset
  };

  [Symbol.asyncDispose] = async (): Promise<void> => {
    const consumer = this.#consumer
    this.#consumer = undefined
    // A group whose coordinator is away cannot be left; the session times out by itself.
    await consumer?.close(true).catch(() => undefined)
  }

  async #join(): Promise<Consumer> {
    const { topic } = this.#connection
    const consumer = new Consumer({
      ...(await clientOptions(this.#connection)),
      groupId: this.#options.group,
      autocommit: false,
      ...membership,
    })
    this.#consumer = consumer
    consumer.on('consumer:group:join', () => this.#generation++)
    consumer.topics.track(topic)
    await consumer.joinGroup({})
    return consumer
  }

  async #assign(consumer: Consumer): Promise<void> {
    const { topic } = this.#connection
    const partitions = consumer.assignments?.find((each) => each.topic === topic)?.partitions ?? []
    const metadata = await this.#metadata(consumer)
    const ids = { cluster: metadata.id, topic, ...topicIdOf(metadata, topic) }
    const begins = await this.#offsets(consumer, partitions, earliest)
    const ends = await this.#offsets(consumer, partitions, latest)
    const assigned: Assigned[] = []
    for (const partition of partitions) {
      const earliestOffset = begins.get(partition) ?? 0n
      const at = { ...ids, partition, earliestOffset, endOffset: ends.get(partition) ?? 0n }
      const { offset } = await this.#options.positions(at)
      assigned.push({ partition, offset: offset ?? earliestOffset })
    }
    this.#assigned = assigned
    this.#emit('kafka.assigned', { topic, partitions })
  }

  async #offsets(
    consumer: Consumer,
    partitions: readonly number[],
    timestamp: bigint,
  ): Promise<ReadonlyMap<number, bigint>> {
    if (partitions.length === 0) return new Map()
    const { topic } = this.#connection
    const listed = await consumer.listOffsets({ topics: [topic], partitions: { [topic]: [...partitions] }, timestamp })
    const offsets = listed.get(topic) ?? []
    return new Map(partitions.map((partition) => [partition, offsets[partition] ?? 0n]))
  }

  async #metadata(consumer: Consumer): Promise<ClusterMetadata> {
    return consumer.metadata({ topics: [this.#connection.topic] })
  }

  /** One fetch from each broker that leads a partition of ours, as batches of single partitions. */
  async #fetch(consumer: Consumer): Promise<readonly FetchedBatch[]> {
    const { topic } = this.#connection
    const metadata = await this.#metadata(consumer)
    const ofTopic = metadata.topics.get(topic)
    if (ofTopic === undefined || this.#assigned.length === 0) return []
    const byNode = Map.groupBy(this.#assigned, ({ partition }) => ofTopic.partitions[partition]?.leader ?? -1)
    const maxBytes = Math.floor(this.#options.maxBufferedBytes / Math.max(1, byNode.size))
    const responses = await Promise.all(
      [...byNode].map(([node, assigned]) =>
        consumer.fetch({
          node,
          maxBytes,
          maxWaitTime: 500,
          minBytes: 1,
          topics: [
            {
              topicId: ofTopic.id,
              partitions: assigned.map(({ partition, offset }) => ({
                partition,
                fetchOffset: offset,
                partitionMaxBytes: Math.min(maxBytes, 4 * 1024 * 1024),
                currentLeaderEpoch: -1,
                lastFetchedEpoch: -1,
              })),
            },
          ],
        }),
      ),
    )
    const ids = { cluster: metadata.id, topic, topicId: ofTopic.id }
    return responses.flatMap(({ responses: topics }) =>
      topics.flatMap(({ partitions }) => partitions.flatMap((each) => this.#batchOf(ids, each))),
    )
  }

  #batchOf(
    ids: Pick<FetchedBatch, 'cluster' | 'topic' | 'topicId'>,
    { partitionIndex: partition, errorCode, records }: FetchedPartition,
  ): readonly FetchedBatch[] {
    const assigned = this.#assigned.find((each) => each.partition === partition)
    if (assigned === undefined) return []
    // The log was cut beyond our position: the database is asked again, which tells it and begins at the oldest.
    if (errorCode === offsetOutOfRange) this.#generation++
    const last = records?.at(-1)
    if (records === undefined || records === null || last === undefined) return []
    const { offset: fromOffset } = assigned
    const nextOffset = last.firstOffset + BigInt(last.lastOffsetDelta) + 1n
    return [
      { ...ids, partition, fromOffset, nextOffset, records: records.flatMap((each) => recordsOf(each, fromOffset)) },
    ]
  }
}

function topicIdOf(metadata: ClusterMetadata, topic: string): { readonly topicId?: string } {
  const id = metadata.topics.get(topic)?.id
  return id === undefined ? {} : { topicId: id }
}

/** The records of a batch from the offset on: brokers give whole batches, the begin of which we may have had. */
function recordsOf(batch: Fetched, fromOffset: bigint): readonly FetchedRecord[] {
  if ((batch.attributes & isControl) !== 0) return []
  return batch.records.flatMap(({ offsetDelta, timestampDelta, key, value, headers }) => {
    const offset = batch.firstOffset + BigInt(offsetDelta)
    if (offset < fromOffset) return []
    return [
      {
        offset,
        key: key ?? undefined,
        value: value ?? new Uint8Array(0),
        headers: new Map(headers.map(([name, bytes]) => [String(name ?? ''), bytes ?? new Uint8Array(0)])),
        timestampMs: Number(batch.firstTimestamp + timestampDelta),
      },
    ]
  })
}
