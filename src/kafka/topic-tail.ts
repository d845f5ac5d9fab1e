import { type ClusterMetadata, ConnectionPool, type Consumer, ProtocolError } from '@platformatic/kafka'
import type { FetchedBatch } from '../runtime/network.ts'
import { errorOf } from './broker-fetches.ts'
import { clientOptions, type KafkaConnection } from './client-options.ts'
import { ConnectionWatch } from './connection-watch.ts'
import { FetchApi } from './fetch-api.ts'
import { FetchBudget } from './fetch-budget.ts'
import { toKafkaError } from './kafka-error.ts'
import { PackedPartition } from './packed-partition.ts'
import { tolerantConsumer } from './tolerant-consumer.ts'

const earliest = -2n
const latest = -1n
const mostBytes = 1024 * 1024
/** Of Kafka's table of errors. */
const outOfRange = 1
const leaderAway = 5

interface Followed {
  offset: bigint
  /** The end of the partition when it was first seen. */
  readonly endOffset: bigint
  /** Where a batch did not match its checksum, and is asked for once more. */
  suspectOffset?: bigint
}

/**
 * Reads a topic as an onlooker: joins no group and commits nothing, so that no consumer notices. One fetch is held at a time.
 * The group that the client wants named is never made.
 */
export class TopicTail implements AsyncDisposable {
  readonly #connection: KafkaConnection
  readonly #consumer: Consumer
  readonly #fetchConnections: ConnectionPool
  readonly #watch = new ConnectionWatch()
  readonly #backwards: bigint
  readonly #followed = new Map<number, Followed>()
  #topicId: string | undefined
  #api: FetchApi | undefined

  private constructor(connection: KafkaConnection, consumer: Consumer, pool: ConnectionPool, backwards: number) {
    this.#connection = connection
    this.#consumer = consumer
    this.#fetchConnections = pool
    this.#backwards = BigInt(backwards)
    this.#watch.watch(consumer.connections)
    this.#watch.watch(pool)
  }

  /** Begins so many offsets before the end of each partition, as far as they are there. Throws as `batches`. */
  static async open(connection: KafkaConnection, backwards: number): Promise<TopicTail> {
    const options = await clientOptions(connection)
    const consumer = tolerantConsumer({ ...options, groupId: 'hostvitals-tail', autocommit: false })
    consumer.topics.track(connection.topic)
    const tail = new TopicTail(connection, consumer, new ConnectionPool(connection.clientId, options), backwards)
    try {
      await tail.#asked(() => tail.#follow(true))
      return tail
    } catch (error) {
      await tail[Symbol.asyncDispose]()
      throw error
    }
  }

  /** True once everything has been given that was there at the begin. */
  get isCaughtUp(): boolean {
    return [...this.#followed.values()].every(({ offset, endOffset }) => offset >= endOffset)
  }

  /** Batches as they come, until the signal aborts. Throws a HostvitalsError when the broker is away or refuses. */
  async *batches(signal: AbortSignal): AsyncGenerator<FetchedBatch> {
    while (!signal.aborted) {
      const fetched = await this.#asked(async () => {
        await this.#follow(false)
        return this.#fetch()
      })
      for (const batch of fetched) {
        if (signal.aborted) return
        const followed = this.#followed.get(batch.partition)
        if (followed !== undefined) followed.offset = batch.nextOffset
        yield batch
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A broker that is away cannot be told goodbye.
    await this.#consumer.close(true).catch(() => undefined)
    await this.#fetchConnections.close()
  }

  async #asked<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw toKafkaError(this.#watch.explain(error), this.#connection)
    }
  }

  /** Takes up partitions that are new; all of them where the topic was made anew, and from the begin where it grew later. */
  async #follow(isFirst: boolean): Promise<void> {
    const { topic } = this.#connection
    const metadata = await this.#consumer.metadata({ topics: [topic], forceUpdate: isFirst })
    const ofTopic = metadata.topics.get(topic)
    if (ofTopic === undefined) throw new ProtocolError('UNKNOWN_TOPIC_OR_PARTITION')
    if (this.#topicId !== ofTopic.id) this.#followed.clear()
    this.#topicId = ofTopic.id
    const fresh = Array.from({ length: ofTopic.partitionsCount }, (_, partition) => partition).filter(
      (partition) => !this.#followed.has(partition),
    )
    if (fresh.length === 0) return
    const begins = await this.#offsets(fresh, earliest)
    const ends = isFirst ? await this.#offsets(fresh, latest) : begins
    for (const partition of fresh) {
      const begin = begins.get(partition) ?? 0n
      const end = ends.get(partition) ?? begin
      const wanted = end - this.#backwards
      this.#followed.set(partition, { offset: isFirst && wanted > begin ? wanted : begin, endOffset: end })
    }
  }

  async #offsets(partitions: readonly number[], timestamp: bigint): Promise<ReadonlyMap<number, bigint>> {
    const { topic } = this.#connection
    const listed = await this.#consumer.listOffsets({
      topics: [topic],
      partitions: { [topic]: [...partitions] },
      timestamp,
    })
    const offsets = listed.get(topic) ?? []
    return new Map(partitions.map((partition) => [partition, offsets[partition] ?? 0n]))
  }

  async #fetch(): Promise<readonly FetchedBatch[]> {
    const { topic } = this.#connection
    const metadata = await this.#consumer.metadata({ topics: [topic] })
    const ofTopic = metadata.topics.get(topic)
    if (ofTopic === undefined) throw new ProtocolError('UNKNOWN_TOPIC_OR_PARTITION')
    const byNode = Map.groupBy(this.#followed.keys(), (partition) => ofTopic.partitions[partition]?.leader ?? -1)
    const ids = { cluster: metadata.id, topic, topicId: ofTopic.id }
    const fetches = [...byNode].map(([node, partitions]) => this.#fetchFrom(metadata, node, partitions, ids))
    return (await Promise.all(fetches)).flat()
  }

  async #fetchFrom(
    { brokers }: ClusterMetadata,
    node: number,
    partitions: readonly number[],
    ids: { readonly cluster: string; readonly topic: string; readonly topicId: string },
  ): Promise<readonly FetchedBatch[]> {
    this.#api ??= new FetchApi(await this.#consumer.listApis())
    const wanted = partitions.map((partition) => ({
      partition,
      fromOffset: this.#followed.get(partition)?.offset ?? 0n,
    }))
    const broker = brokers.get(node)
    if (broker === undefined) throw errorOf(leaderAway)
    const answer = await this.#api.fetch(this.#fetchConnections, broker, {
      topic: { name: ids.topic, id: ids.topicId },
      partitions: wanted,
      maxBytes: mostBytes,
      maxPartitionBytes: mostBytes,
      maxWaitMs: 500,
    })
    if (answer.errorCode !== 0) throw errorOf(answer.errorCode)
    return answer.partitions.flatMap((fetched) => {
      const { partition, errorCode } = fetched
      const followed = this.#followed.get(partition)
      // The log was cut under us: it is taken up anew, at its oldest.
      if (errorCode === outOfRange) this.#followed.delete(partition)
      else if (errorCode !== 0) throw errorOf(errorCode)
      if (errorCode !== 0 || followed === undefined) return []
      const packed = PackedPartition.of(fetched, followed.offset, followed.suspectOffset)
      if (packed.suspectOffset !== undefined) followed.suspectOffset = packed.suspectOffset
      return Array.from(packed.unpacked(mostBytes, new FetchBudget(mostBytes)), (batch) =>
        Object.assign(batch, ids, { partition }),
      )
    })
  }
}
