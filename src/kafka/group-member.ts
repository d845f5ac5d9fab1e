import { ConnectionPool, type Consumer } from '@platformatic/kafka'
import { clientOptions, type KafkaConnection } from './client-options.ts'
import { ConnectionWatch } from './connection-watch.ts'
import { isRebalance } from './kafka-error.ts'
import { PositionHint } from './position-hint.ts'
import { tolerantConsumer } from './tolerant-consumer.ts'

/**
 * How long the group waits for a member that is gone, ourselves before the broker's crash included: until then nobody reads
 * its partitions; and how long for all at a rebalance. Both below the client's 30 s for an answer, so that whoever joins
 * while a killed member still counts gets one. A member that wakes up later does no harm: the database knows the position.
 */
const session = { sessionTimeout: 10_000, rebalanceTimeout: 20_000, heartbeatInterval: 3000 }
const joinAttempts = 5

/** A member of the consumer group, from joining to leaving. */
export class GroupMember implements AsyncDisposable {
  readonly consumer: Consumer
  /** Fetches have connections of their own: a broker answers one after the other, and a fetch may wait for records. */
  readonly fetchConnections: ConnectionPool
  readonly #watch = new ConnectionWatch()
  readonly #topic: string
  readonly #hint: PositionHint
  #generation = 0
  #partitionsCount = 0
  #failure: Error | undefined

  private constructor(consumer: Consumer, fetchConnections: ConnectionPool, topic: string) {
    this.consumer = consumer
    this.fetchConnections = fetchConnections
    this.#topic = topic
    this.#hint = new PositionHint((offsets) => consumer.commit({ offsets }))
    this.#watch.watch(consumer.connections)
    this.#watch.watch(fetchConnections)
    consumer.on('consumer:group:join', () => this.#generation++)
    consumer.on('error', (error) => {
      this.#failure = error
    })
  }

  static async create(connection: KafkaConnection, group: string): Promise<GroupMember> {
    const options = await clientOptions(connection)
    const consumer = tolerantConsumer({ ...options, ...session, groupId: group, autocommit: false })
    const { topic, clientId } = connection
    consumer.topics.track(topic)
    return new GroupMember(consumer, new ConnectionPool(clientId, options), topic)
  }

  /** Grows with every assignment, also with one that changes nothing. */
  get generation(): number {
    return this.#generation
  }

  /** The partitions of the newest assignment. */
  get partitions(): readonly number[] {
    return this.consumer.assignments?.find(({ topic }) => topic === this.#topic)?.partitions ?? []
  }

  /** How many partitions the topic had when this member joined by our will; what the group shares out is at least that. */
  get partitionsCount(): number {
    return this.#partitionsCount
  }

  /** Joins, or joins again, which makes the group share out the partitions anew. Throws the client's errors. */
  async join(): Promise<void> {
    this.#failure = undefined
    const metadata = await this.consumer.metadata({ topics: [this.#topic], forceUpdate: true })
    this.#partitionsCount = metadata.topics.get(this.#topic)?.partitionsCount ?? 0
    for (let attempt = 1; ; attempt++) {
      try {
        await this.consumer.joinGroup({})
        return
      } catch (error) {
        if (attempt >= joinAttempts || !isRebalance(error)) throw error
      }
    }
  }

  /** Joins again where the client gave up doing so by itself, as it does when the group is rearranged once more meanwhile. */
  async stay(): Promise<void> {
    const failure = this.#failure
    if (failure === undefined) return
    if (!isRebalance(failure)) throw failure
    await this.join()
  }

  /** Tells the group, beside everything else, how far the database is. */
  commit(topic: string, partition: number, offset: bigint): void {
    this.#hint.tell({ topic, partition, offset, leaderEpoch: -1 })
  }

  /** An error together with what is known of the connections. */
  explain(error: unknown): unknown {
    return this.#watch.explain(error)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#hint.told()
    // A group whose coordinator is away cannot be left; the session times out by itself.
    await this.consumer.close(true).catch(() => undefined)
    await this.fetchConnections.close()
  }
}
