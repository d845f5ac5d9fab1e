import { type ClusterMetadata, ProtocolError } from '@platformatic/kafka'
import type { Clock } from '../runtime/clock.ts'
import { BrokerUnavailableError } from '../runtime/errors.ts'
import type { FetchedBatch, LogReader, LogReaderOptions } from '../runtime/network.ts'
import { BrokerFetches } from './broker-fetches.ts'
import type { KafkaConnection } from './client-options.ts'
import { FetchApi } from './fetch-api.ts'
import { FetchBudget } from './fetch-budget.ts'
import { GroupMember } from './group-member.ts'
import { toKafkaError } from './kafka-error.ts'
import { PartitionCursor, type Taken } from './partition-cursor.ts'

const earliest = -2n
const latest = -1n
const idleMs = 1000
/** A broker that was reached and is silent for so long is told, and waited for all the same. */
const silentMs = 4500

/** The topic as it was at the assignment. */
type TopicIds = Pick<FetchedBatch, 'cluster' | 'topic' | 'topicId'>

interface Assignment {
  readonly generation: number
  readonly ids: TopicIds
  readonly partitions: readonly PartitionCursor[]
  /** Partitions without a leader: where their logs begin and end cannot be asked yet. */
  readonly leaderless: readonly number[]
  readonly fetches: BrokerFetches
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
  /** The partitions that were told to wait, as text. */
  #waiting = ''

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
      let ahead: Promise<readonly Taken[]> | undefined
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
        const fetched = await this.#watched(ahead ?? this.#fetch(member, assignment))
        ahead = this.#fetch(member, assignment)
        // It is awaited in the next round; until then its failure is not forgotten, only late.
        ahead.catch(() => undefined)
        yield* this.#handedOut(fetched, assignment, () => signal.aborted || assignment !== this.#assignment)
      }
    } catch (error) {
      if (!signal.aborted) throw toKafkaError(member.explain(error), this.#connection)
    } finally {
      await this[Symbol.asyncDispose]()
    }
  }

  commit = ({ topic, partition, nextOffset }: FetchedBatch): void => {
    cursorOf(this.#assignment?.partitions ?? [], partition)?.stored(nextOffset)
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
        // What was stored since the ends were asked for may lie behind them.
        assigned.map(({ partition, storedOffset }) => [
          partition,
          Math.max(0, Number((ends.get(partition) ?? storedOffset) - storedOffset)),
        ]),
      )
    } catch (error) {
      throw toKafkaError(member.explain(error), this.#connection)
    }
  }

  seek = async (_topic: string, partition: number, offset: bigint): Promise<void> => {
    cursorOf(this.#assignment?.partitions ?? [], partition)?.seek(offset)
  };

  [Symbol.asyncDispose] = async (): Promise<void> => {
    const member = this.#member
    this.#member = undefined
    this.#assignment = undefined
    await member?.[Symbol.asyncDispose]()
  };

  *#handedOut(
    fetched: readonly Taken[],
    { ids, generation }: Assignment,
    isOver: () => boolean,
  ): Generator<FetchedBatch> {
    for (const taken of fetched)
      for (const share of taken.cursor.handedOut(taken, this.#options.maxBufferedBytes, this.#budget)) {
        if (isOver() || generation !== this.#member?.generation) return
        yield { ...ids, ...share }
      }
  }

  /** Tells a broker that is silent, and that it speaks again. */
  async #watched<T>(work: Promise<T>): Promise<T> {
    const done = new AbortController()
    const { silent, answers } = this.#options
    const silence = this.#clock.sleep(silentMs, done.signal).then(
      () => true,
      () => false,
    )
    const isTold = silence.then((isSilent) => {
      const broker = this.#connection.brokers.join(', ')
      if (isSilent) silent?.(new BrokerUnavailableError(`${broker}: the broker does not answer`))
      return isSilent
    })
    try {
      const result = await work
      done.abort()
      if (await isTold) answers?.()
      return result
    } finally {
      done.abort()
      await isTold
    }
  }

  /** Where to begin with each partition that is ours now. */
  async #assign(member: GroupMember): Promise<Assignment> {
    const { generation, partitions } = member
    const { topic } = this.#connection
    const metadata = await this.#metadata(member, { forceUpdate: true })
    const ofTopic = metadata.topics.get(topic)
    const ids = { cluster: metadata.id, topic, ...(ofTopic === undefined ? {} : { topicId: ofTopic.id }) }
    const led = partitions.filter((partition) => hasLeader(metadata, topic, partition))
    const begins = await this.#offsets(member, led, earliest)
    const ends = await this.#offsets(member, led, latest)
    const assigned: PartitionCursor[] = []
    for (const partition of led) {
      const earliestOffset = begins.get(partition) ?? 0n
      const at = { ...ids, partition, earliestOffset, endOffset: ends.get(partition) ?? 0n }
      const { offset = earliestOffset } = await this.#options.positions(at)
      assigned.push(new PartitionCursor(partition, offset))
    }
    const leaderless = partitions.filter((partition) => !led.includes(partition))
    if (led.length === 0 && leaderless.length > 0) throw new ProtocolError('LEADER_NOT_AVAILABLE')
    const waiting = (stuck: readonly number[]): void => this.#tellWaiting([...leaderless, ...stuck])
    waiting([])
    const api = new FetchApi(await member.consumer.listApis())
    const fetches = new BrokerFetches({ member, api, clock: this.#clock, waiting })
    this.#options.assigned(partitions)
    return { generation, ids, partitions: assigned, leaderless, fetches }
  }

  #tellWaiting(partitions: readonly number[]): void {
    if (this.#waiting === String(partitions)) return
    this.#waiting = String(partitions)
    this.#options.waiting?.(partitions)
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

  /** What comes next of any partition. */
  async #fetch(member: GroupMember, assignment: Assignment): Promise<readonly Taken[]> {
    const { fetches, ids, leaderless, partitions } = assignment
    const { topic } = this.#connection
    const metadata = await this.#metadata(member, { forceUpdate: fetches.isStale })
    const ofTopic = metadata.topics.get(topic)
    if (ofTopic === undefined) throw new ProtocolError('UNKNOWN_TOPIC_OR_PARTITION')
    // Partitions were added: the group shares them out when its leader joins again.
    if (ofTopic.partitionsCount !== member.partitionsCount) await member.join()
    const isLed = leaderless.some((partition) => hasLeader(metadata, topic, partition))
    if (ofTopic.id !== ids.topicId || isLed) this.#assignment = undefined
    if (assignment !== this.#assignment || assignment.generation !== member.generation) return []
    const bytesEach = (brokers: number): number => this.#budget.bytesEach(brokers)
    const arrived = partitions.length === 0 ? [] : await fetches.next(partitions, { topic, metadata, bytesEach })
    // The log was cut beyond our position: the database is asked again, which tells it and begins at the oldest.
    if (fetches.isOutOfRange) this.#assignment = undefined
    return arrived.flatMap((each) => cursorOf(partitions, each.fetched.partition)?.take(each) ?? [])
  }
}

function cursorOf(cursors: readonly PartitionCursor[], partition: number): PartitionCursor | undefined {
  return cursors.find((each) => each.partition === partition)
}

function hasLeader({ brokers, topics }: ClusterMetadata, topic: string, partition: number): boolean {
  const leader = topics.get(topic)?.partitions[partition]?.leader
  return leader !== undefined && brokers.has(leader)
}
