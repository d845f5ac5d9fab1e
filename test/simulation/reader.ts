import type { FetchedBatch, LogReader, LogReaderOptions } from '../../src/runtime/network.ts'
import { clusterId, type SimBroker, topicName } from './broker.ts'
import type { Member, SimGroup } from './group.ts'
import type { SimProcess } from './process.ts'
import type { SeededRandom } from './seeded-random.ts'
import { away } from './writer.ts'

/** What a reader stands on. */
export interface ReaderOptions {
  readonly broker: SimBroker
  readonly group: SimGroup
  readonly process: SimProcess
  readonly random: SeededRandom
  readonly positions: LogReaderOptions['positions']
  readonly assigned: LogReaderOptions['assigned']
  readonly timeoutMs: () => number
  readonly mostRecords: number
}

interface Assignment {
  readonly generation: number
  readonly topicId: string
  readonly offsets: Map<number, number>
}

/** Reads the simulated topic as a member of the group, by the rules of `KafkaReader`. */
export class SimReader implements LogReader {
  readonly #options: ReaderOptions
  #member: Member | undefined
  #assignment: Assignment | undefined

  constructor(options: ReaderOptions) {
    this.#options = options
  }

  /** Undefined before it joined and after it left. */
  get member(): Member | undefined {
    return this.#member
  }

  batches = async function* (this: SimReader, signal: AbortSignal): AsyncGenerator<FetchedBatch> {
    const { broker, group, process } = this.#options
    try {
      while (!signal.aborted) {
        // Taken before the look, so that nothing that comes after it is missed.
        const { news } = broker
        await process.step(() => this.#unlessAway(signal))
        if (this.#member?.isIn !== true) this.#member = group.join()
        const member = this.#member
        if (this.#assignment?.generation !== member.generation || this.#assignment.topicId !== broker.topicId)
          this.#assignment = await this.#assign(member)
        const batches = await process.step(() => this.#fetch())
        if (batches === undefined) this.#assignment = undefined
        else if (batches.length === 0) await this.#untilNews(news, signal)
        else yield* this.#handedOut(batches, member)
      }
    } finally {
      await this[Symbol.asyncDispose]()
    }
  }

  commit = (): void => undefined

  seek = async (_topic: string, partition: number, offset: bigint): Promise<void> => {
    this.#assignment?.offsets.set(partition, Number(offset))
  };

  [Symbol.asyncDispose] = async (): Promise<void> => {
    if (this.#member !== undefined) this.#options.group.leave(this.#member)
    this.#member = undefined
    this.#assignment = undefined
  };

  *#handedOut(batches: readonly FetchedBatch[], { generation }: Member): Generator<FetchedBatch> {
    const assignment = this.#assignment
    for (const batch of batches) {
      // What a stopped process had fetched it hands out before it looks at the group again.
      if (assignment === undefined || assignment !== this.#assignment || assignment.generation !== generation) return
      if (assignment.offsets.get(batch.partition) !== Number(batch.fromOffset)) continue
      assignment.offsets.set(batch.partition, Number(batch.nextOffset))
      yield batch
    }
  }

  async #assign({ generation, partitions }: Member): Promise<Assignment> {
    const { broker, process, positions, assigned } = this.#options
    const { topicId } = broker
    const ends = await process.step(() =>
      partitions.map((partition) => ({
        partition,
        earliestOffset: BigInt(broker.partitions[partition]?.begin ?? 0),
        endOffset: BigInt(broker.partitions[partition] === undefined ? 0 : broker.endOf(partition)),
      })),
    )
    const offsets = new Map<number, number>()
    for (const at of ends) {
      const start = await positions({ cluster: clusterId, topic: topicName, topicId, ...at })
      offsets.set(at.partition, Number(start.offset ?? at.earliestOffset))
    }
    assigned(partitions)
    return { generation, topicId, offsets }
  }

  /** What there is of each partition; undefined where the positions have to be asked for anew. */
  async #fetch(): Promise<readonly FetchedBatch[] | undefined> {
    const { broker, random, mostRecords } = this.#options
    const assignment = this.#assignment
    if (assignment === undefined || assignment.topicId !== broker.topicId) return undefined
    const batches: FetchedBatch[] = []
    for (const [partition, from] of random.shuffled([...assignment.offsets])) {
      const log = broker.partitions[partition]
      if (log === undefined || from < log.begin || from > broker.endOf(partition)) return undefined
      const records = log.records.slice(from - log.begin, from - log.begin + random.whole(1, mostRecords))
      if (records.length === 0) continue
      batches.push({
        cluster: clusterId,
        topic: topicName,
        topicId: assignment.topicId,
        partition,
        fromOffset: BigInt(from),
        nextOffset: BigInt(from + records.length),
        records: records.map(({ key, headers, value, timestampMs }, at) => {
          return { offset: BigInt(from + at), key, headers, value, timestampMs }
        }),
      })
    }
    return batches
  }

  async #unlessAway(signal: AbortSignal): Promise<void> {
    const { broker, process, timeoutMs } = this.#options
    if (!broker.isAway) return
    await process.clock.sleep(timeoutMs(), signal)
    if (broker.isAway) throw away()
  }

  /** As a fetch that waits for records; it ends with the signal too. */
  async #untilNews(news: Promise<void>, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const onAbort = (): void => resolve()
    signal.addEventListener('abort', onAbort, { once: true })
    await this.#options.process.step(() => Promise.race([news, promise]))
    signal.removeEventListener('abort', onAbort)
  }
}
