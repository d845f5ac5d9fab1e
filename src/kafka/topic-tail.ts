import { ConnectionPool, Consumer, ResponseError } from '@platformatic/kafka'
import type { FetchedBatch } from '../runtime/network.ts'
import { withoutAborted } from './aborted-records.ts'
import { clientOptions, type KafkaConnection } from './client-options.ts'
import { ConnectionWatch } from './connection-watch.ts'
import { endOf, recordsOf } from './fetched-records.ts'
import { toKafkaError, wordsOf } from './kafka-error.ts'

const earliest = -2n
const latest = -1n
const mostBytes = 1024 * 1024

interface Followed {
  offset: bigint
  /** The end of the partition when it was first seen. */
  readonly endOffset: bigint
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
    const consumer = new Consumer({ ...options, groupId: 'hostvitals-tail', autocommit: false })
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
    if (ofTopic === undefined) return
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
    if (ofTopic === undefined) return []
    const byNode = Map.groupBy(this.#followed.keys(), (partition) => ofTopic.partitions[partition]?.leader ?? -1)
    const ids = { cluster: metadata.id, topic, topicId: ofTopic.id }
    return (await Promise.all([...byNode].map(([node, partitions]) => this.#fetchFrom(node, partitions, ids)))).flat()
  }

  async #fetchFrom(
    node: number,
    partitions: readonly number[],
    ids: { readonly cluster: string; readonly topic: string; readonly topicId: string },
  ): Promise<readonly FetchedBatch[]> {
    try {
      const { responses } = await this.#consumer.fetch({
        node,
        connectionPool: this.#fetchConnections,
        maxWaitTime: 500,
        minBytes: 1,
        maxBytes: mostBytes,
        topics: [
          {
            topicId: ids.topicId,
            partitions: partitions.map((partition) => ({
              partition,
              fetchOffset: this.#followed.get(partition)?.offset ?? 0n,
              partitionMaxBytes: mostBytes,
              currentLeaderEpoch: -1,
              lastFetchedEpoch: -1,
            })),
          },
        ],
      })
      return responses.flatMap((response) =>
        response.partitions.flatMap((fetched) => {
          const partition = fetched.partitionIndex
          const fromOffset = this.#followed.get(partition)?.offset ?? 0n
          const last = (fetched.records ?? []).at(-1)
          if (last === undefined || endOf(last) <= fromOffset) return []
          const records = withoutAborted(fetched).flatMap((each) => recordsOf(each, fromOffset))
          return [{ ...ids, partition, fromOffset, nextOffset: endOf(last), records }]
        }),
      )
    } catch (error) {
      if (!(error instanceof ResponseError)) throw error
      const words = wordsOf(error)
      // The log was cut under us: it is taken up anew, at its oldest.
      if (words.includes('OFFSET_OUT_OF_RANGE')) for (const partition of partitions) this.#followed.delete(partition)
      else if (!words.includes('FETCH_SESSION')) throw error
      return []
    }
  }
}
