import { type ClusterMetadata, ProtocolError, protocolErrorsCodesById } from '@platformatic/kafka'
import { type Clock } from '../runtime/clock.ts'
import { BrokerUnavailableError } from '../runtime/errors.ts'
import type { FetchApi } from './fetch-api.ts'
import type { FetchAnswer, FetchedPartition } from './fetch-response.ts'
import type { GroupMember } from './group-member.ts'

/** A partition to be read from here on. */
export interface Wanted {
  readonly partition: number
  /** The next offset to ask for. */
  readonly fetchOffset: bigint
}

/** What came of one partition, asked from an offset. */
export interface Arrived {
  readonly fromOffset: bigint
  readonly fetched: FetchedPartition
}

/** What the fetches stand on. */
export interface BrokerFetchesOptions {
  readonly member: GroupMember
  readonly api: FetchApi
  readonly clock: Clock
  /** Told which partitions are not read now, since no broker answers for them; each time that changes. */
  readonly waiting: (partitions: readonly number[]) => void
}

interface Answered {
  readonly node: number
  readonly asked: ReadonlyMap<number, bigint>
  readonly answer: FetchAnswer | { readonly error: unknown }
}

/** How long a partition that cannot be read is left alone. */
const restMs = 1000
const maxWaitMs = 500
/** More of one partition in one transaction gains nothing. */
const mostOfPartitionBytes = 4 * 1024 * 1024
const outOfRange = 1

/**
 * Fetches from every broker that leads a partition of ours, one request to each at a time, and gives what comes first: a
 * partition without a leader, and a broker that is slow or gone, hold up nobody else.
 */
export class BrokerFetches {
  readonly #options: BrokerFetchesOptions
  /** By node, the one that was answered last behind the others. */
  readonly #underWay = new Map<number, Promise<Answered>>()
  /** Partitions that could not be read: why, and when to try again. */
  readonly #stuck = new Map<number, { readonly error: unknown; readonly untilMs: number }>()
  /** How many requests each node was sent: a broker fills its answer from the first partition on, so each is first in turn. */
  readonly #requests = new Map<number, number>()
  #told = ''
  /** A partition's log was cut beyond where we stand. */
  isOutOfRange = false

  constructor(options: BrokerFetchesOptions) {
    this.#options = options
  }

  /** The brokers' map is not to be believed any more. */
  get isStale(): boolean {
    return this.#stuck.size > 0
  }

  /** What comes next, maybe nothing. Throws the client's errors where nothing at all can be read. */
  async next(
    wanted: readonly Wanted[],
    {
      topic,
      metadata,
      bytesEach,
    }: { topic: string; metadata: ClusterMetadata; bytesEach: (brokers: number) => number },
  ): Promise<readonly Arrived[]> {
    this.#ask(wanted, topic, metadata, bytesEach)
    const { clock } = this.#options
    const rest = new AbortController()
    const nothing = clock.sleep(restMs, rest.signal).then(
      () => undefined,
      () => undefined,
    )
    // What is stuck is tried again, though another broker is silent.
    const first = await Promise.race([
      ...this.#underWay.values(),
      ...(this.#stuck.size > 0 || this.#underWay.size === 0 ? [nothing] : []),
    ])
    rest.abort()
    const arrived = first === undefined ? [] : this.#take(first)
    this.#tell(wanted)
    return arrived
  }

  #ask(
    wanted: readonly Wanted[],
    topic: string,
    metadata: ClusterMetadata,
    bytesEach: (brokers: number) => number,
  ): void {
    const { api, clock, member } = this.#options
    const ofTopic = metadata.topics.get(topic)
    const nowMs = clock.monotonic()
    const ready = wanted.filter(({ partition }) => (this.#stuck.get(partition)?.untilMs ?? nowMs) <= nowMs)
    const byNode = Map.groupBy(ready, ({ partition }) => ofTopic?.partitions[partition]?.leader ?? -1)
    for (const [node, partitions] of byNode) {
      const broker = metadata.brokers.get(node)
      if (broker === undefined) {
        const error = new ProtocolError('LEADER_NOT_AVAILABLE')
        for (const { partition } of partitions) this.#stick(partition, error)
      } else if (!this.#underWay.has(node)) {
        const asked = new Map(this.#inTurn(node, partitions).map((each) => [each.partition, each.fetchOffset]))
        const request = {
          topic: { name: topic, id: ofTopic?.id ?? '' },
          partitions: [...asked].map(([partition, fromOffset]) => ({ partition, fromOffset })),
          maxBytes: bytesEach(byNode.size),
          maxPartitionBytes: Math.min(bytesEach(byNode.size), mostOfPartitionBytes),
          maxWaitMs,
        }
        this.#underWay.set(
          node,
          api.fetch(member.fetchConnections, broker, request).then(
            (answer) => ({ node, asked, answer }),
            (error: unknown) => ({ node, asked, answer: { error } }),
          ),
        )
      }
    }
  }

  #inTurn(node: number, partitions: readonly Wanted[]): readonly Wanted[] {
    const requests = this.#requests.get(node) ?? 0
    this.#requests.set(node, requests + 1)
    const first = requests % partitions.length
    return [...partitions.slice(first), ...partitions.slice(0, first)]
  }

  #take({ node, asked, answer }: Answered): readonly Arrived[] {
    this.#underWay.delete(node)
    const fault = 'error' in answer ? answer.error : errorOf(answer.errorCode)
    if (fault !== undefined) for (const partition of asked.keys()) this.#stick(partition, fault)
    if ('error' in answer || fault !== undefined) return []
    return answer.partitions.flatMap((fetched) => {
      const fromOffset = asked.get(fetched.partition)
      if (fromOffset === undefined) return []
      if (fetched.errorCode === outOfRange) this.isOutOfRange = true
      else if (fetched.errorCode !== 0) this.#stick(fetched.partition, errorOf(fetched.errorCode))
      else this.#stuck.delete(fetched.partition)
      return fetched.errorCode === 0 ? [{ fromOffset, fetched }] : []
    })
  }

  #stick(partition: number, error: unknown): void {
    this.#stuck.set(partition, { error, untilMs: this.#options.clock.monotonic() + restMs })
  }

  #tell(wanted: readonly Wanted[]): void {
    const stuck = wanted.map(({ partition }) => partition).filter((partition) => this.#stuck.has(partition))
    const [first] = stuck
    if (first !== undefined && stuck.length === wanted.length) throw this.#stuck.get(first)?.error
    if (this.#told === String(stuck)) return
    this.#told = String(stuck)
    this.#options.waiting(stuck)
  }
}

/** An error of Kafka's table as the client says it; undefined for 0, which is none. */
export function errorOf(code: number): unknown {
  if (code === 0) return undefined
  const isKnown = protocolErrorsCodesById[code] !== undefined
  return isKnown
    ? new ProtocolError(code)
    : new BrokerUnavailableError(`the broker answers with the unknown error ${code}`)
}
