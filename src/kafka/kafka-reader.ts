import { type ClusterMetadata, ResponseError } from '@platformatic/kafka'
import type { Clock } from '../runtime/clock.ts'
import type { FetchedBatch, LogReader, LogReaderOptions } from '../runtime/network.ts'
import { withoutAborted } from './aborted-records.ts'
import type { KafkaConnection } from './client-options.ts'
import { FetchBudget } from './fetch-budget.ts'
import { endOf, type FetchedPartition, recordsOf } from './fetched-records.ts'
import { GroupMember } from './group-member.ts'
import { toKafkaError, wordsOf } from './kafka-error.ts'

const earliest = -2n
const latest = -1n
/** More of one partition in one transaction gains nothing. */
const mostOfPartitionBytes = 4 * 1024 * 1024

const idleMs = 1000

/** The topic as it was at the assignment. */
type TopicIds = Pick<FetchedBatch, 'cluster' | 'topic' | 'topicId'>

interface Assigned {
  readonly partition: number
  /** The next offset to hand out. */
  offset: bigint
  /** The next offset to ask for: one fetch ahead. */
  fetchOffset: bigint
}

interface Assignment {
  readonly generation: number
  readonly ids: TopicIds
  readonly partitions: readonly Assigned[]
}

/**
 * Reads the topic as a member of a group, fetching by itself: the offsets are the database's. While one fetch is handed out
 * the next is under way, and both stay within `maxBufferedBytes`.
 */
export class KafkaReader implements LogReader {
  readonly #connection: KafkaConnection
  readonly #options: LogReaderOptions
  readonly #clock: Clock
  readonly #budget: FetchBudget
  #member: GroupMember | undefined
  #assignment: Assignment | undefined

  constructor(connection: KafkaConnection, options: LogReaderOptions, clock: Clock) {
    this.#connection = connection
    this.#options = options
    this.#clock = clock
    this.#budget = new FetchBudget(options.maxBufferedBytes)
  }

  batches = async function* (this: KafkaReader, signal: AbortSignal): AsyncGenerator<FetchedBatch> {
    const member = await GroupMember.create(this.#connection, this.#options.group)
    this.#member = member
    try {
      await member.join()
      let ahead: Promise<readonly FetchedBatch[]> | undefined
      while (!signal.aborted) {
        await member.stay()
        if (this.#assignment?.generation !== member.generation) {
          await ahead
          ahead = undefined
          this.#assignment = await this.#assign(member)
        }
        const assignment = this.#assignment
        // More members than partitions: one day there may be more partitions.
        if (assignment.partitions.length === 0) await this.#clock.sleep(idleMs, signal)
        const batches = await (ahead ?? this.#fetch(member, assignment))
        ahead = this.#fetch(member, assignment)
        // It is awaited in the next round; until then its failure is not forgotten, only late.
        ahead.catch(() => undefined)
        yield* this.#handedOut(batches, assignment, () => signal.aborted || assignment !== this.#assignment)
      }
    } catch (error) {
      if (!signal.aborted) throw toKafkaError(member.explain(error), this.#connection)
    } finally {
      await this[Symbol.asyncDispose]()
    }
  }

  commit = ({ topic, partition, nextOffset }: FetchedBatch): void => {
    this.#member?.commit(topic, partition, nextOffset)
  }

  lags = async (): Promise<ReadonlyMap<number, number>> => {
    const member = this.#member
    const assigned = this.#assignment?.partitions ?? []
    if (member === undefined) return new Map()
    try {
      const partitions = assigned.map(({ partition }) => partition)
      const ends = await this.#offsets(member, partitions, latest)
      return new Map(
        assigned.map(({ partition, offset }) => [partition, Number((ends.get(partition) ?? offset) - offset)]),
      )
    } catch (error) {
      throw toKafkaError(member.explain(error), this.#connection)
    }
  }

  seek = async (_topic: string, partition: number, offset: bigint): Promise<void> => {
    const assigned = this.#assignment?.partitions.find((each) => each.partition === partition)
    if (assigned === undefined) return
    assigned.offset = offset
    assigned.fetchOffset = offset
  };

  [Symbol.asyncDispose] = async (): Promise<void> => {
    const member = this.#member
    this.#member = undefined
    this.#assignment = undefined
    await member?.[Symbol.asyncDispose]()
  };

  *#handedOut(
    batches: readonly FetchedBatch[],
    { partitions, generation }: Assignment,
    isOver: () => boolean,
  ): Generator<FetchedBatch> {
    for (const batch of batches) {
      if (isOver() || generation !== this.#member?.generation) return
      const assigned = partitions.find(({ partition }) => partition === batch.partition)
      // A seek since it was asked for goes before it.
      if (assigned?.offset !== batch.fromOffset) continue
      yield batch
      if (assigned.offset === batch.fromOffset) assigned.offset = batch.nextOffset
    }
  }

  /** Where to begin with each partition that is ours now. */
  async #assign(member: GroupMember): Promise<Assignment> {
    const { generation, partitions } = member
    const { topic } = this.#connection
    const metadata = await this.#metadata(member, { forceUpdate: true })
    const ofTopic = metadata.topics.get(topic)
    const ids = { cluster: metadata.id, topic, ...(ofTopic === undefined ? {} : { topicId: ofTopic.id }) }
    const begins = await this.#offsets(member, partitions, earliest)
    const ends = await this.#offsets(member, partitions, latest)
    const assigned: Assigned[] = []
    for (const partition of partitions) {
      const earliestOffset = begins.get(partition) ?? 0n
      const at = { ...ids, partition, earliestOffset, endOffset: ends.get(partition) ?? 0n }
      const { offset = earliestOffset } = await this.#options.positions(at)
      assigned.push({ partition, offset, fetchOffset: offset })
    }
    this.#options.assigned(partitions)
    return { generation, ids, partitions: assigned }
  }

  async #offsets(
    { consumer }: GroupMember,
    partitions: readonly number[],
    timestamp: bigint,
  ): Promise<ReadonlyMap<number, bigint>> {
    if (partitions.length === 0) return new Map()
    const { topic } = this.#connection
    const listed = await consumer.listOffsets({ topics: [topic], partitions: { [topic]: [...partitions] }, timestamp })
    const offsets = listed.get(topic) ?? []
    return new Map(partitions.map((partition) => [partition, offsets[partition] ?? 0n]))
  }

  /** From the client's memory of the last five seconds, unless forced. */
  async #metadata({ consumer }: GroupMember, how: { readonly forceUpdate?: boolean } = {}): Promise<ClusterMetadata> {
    return consumer.metadata({ topics: [this.#connection.topic], ...how })
  }

  /** One fetch from each broker that leads a partition of ours, as batches of single partitions. */
  async #fetch(member: GroupMember, assignment: Assignment): Promise<readonly FetchedBatch[]> {
    const metadata = await this.#metadata(member)
    const ofTopic = metadata.topics.get(this.#connection.topic)
    if (ofTopic === undefined) return []
    // Partitions were added: the group shares them out when its leader joins again.
    if (ofTopic.partitionsCount !== member.partitionsCount) await member.join()
    if (ofTopic.id !== assignment.ids.topicId) this.#assignment = undefined
    if (assignment !== this.#assignment || assignment.generation !== member.generation) return []
    const byNode = Map.groupBy(assignment.partitions, ({ partition }) => ofTopic.partitions[partition]?.leader ?? -1)
    const maxBytes = this.#budget.bytesEach(byNode.size)
    const fetches = [...byNode].map(([node, partitions]) =>
      this.#fetchFrom(member, { node, maxBytes }, assignment, partitions),
    )
    return (await Promise.all(fetches)).flat()
  }

  async #fetchFrom(
    { consumer, fetchConnections }: GroupMember,
    from: { readonly node: number; readonly maxBytes: number },
    { ids }: Assignment,
    partitions: readonly Assigned[],
  ): Promise<readonly FetchedBatch[]> {
    const asked = new Map(partitions.map((each) => [each.partition, { assigned: each, fromOffset: each.fetchOffset }]))
    try {
      const { responses } = await consumer.fetch({
        ...from,
        connectionPool: fetchConnections,
        maxWaitTime: 500,
        minBytes: 1,
        topics: [
          {
            topicId: ids.topicId ?? '',
            partitions: [...asked].map(([partition, { fromOffset }]) => ({
              partition,
              fetchOffset: fromOffset,
              partitionMaxBytes: Math.min(from.maxBytes, mostOfPartitionBytes),
              currentLeaderEpoch: -1,
              lastFetchedEpoch: -1,
            })),
          },
        ],
      })
      return responses.flatMap((each) =>
        each.partitions.flatMap((fetched) => {
          const place = asked.get(fetched.partitionIndex)
          return place === undefined ? [] : this.#batchOf(ids, place, fetched)
        }),
      )
    } catch (error) {
      if (!(error instanceof ResponseError)) throw error
      const words = wordsOf(error)
      // The log was cut beyond our position: the database is asked again, which tells it and begins at the oldest.
      if (words.includes('OFFSET_OUT_OF_RANGE')) this.#assignment = undefined
      else if (!words.includes('FETCH_SESSION')) throw error
      return []
    }
  }

  #batchOf(
    ids: TopicIds,
    { assigned, fromOffset }: { readonly assigned: Assigned; readonly fromOffset: bigint },
    fetched: FetchedPartition,
  ): readonly FetchedBatch[] {
    const batches = fetched.records ?? []
    const last = batches.at(-1)
    if (last === undefined) return []
    for (const { length, records } of batches) this.#budget.learn(length, records)
    const nextOffset = endOf(last)
    // Sought meanwhile, or nothing new in it.
    if (assigned.fetchOffset !== fromOffset || nextOffset <= fromOffset) return []
    assigned.fetchOffset = nextOffset
    return [
      {
        ...ids,
        partition: fetched.partitionIndex,
        fromOffset,
        nextOffset,
        records: withoutAborted(fetched).flatMap((each) => recordsOf(each, fromOffset)),
      },
    ]
  }
}
