import { uuidText } from '../../src/runtime/uuid.ts'
import { decodeHeader, identityHeader } from '../../src/wire/header.ts'
import { runKey } from '../oracle/findings.ts'
import type { SeededRandom } from './seeded-random.ts'

/** A record as the log keeps it. */
export interface LogRecord {
  readonly key: Uint8Array | undefined
  readonly headers: ReadonlyMap<string, Uint8Array>
  readonly value: Uint8Array
  readonly timestampMs: number
}

/** One partition: records from `begin` on. */
export interface SimPartition {
  begin: number
  records: LogRecord[]
}

export const clusterId = 'cluster-1'
export const topicName = 'otlp_metrics'

/** What a fault does to one send. */
export type SendFault =
  | 'lost-ack'
  | 'not-stored'
  | 'half-stored'
  | 'stored-twice'
  | 'reordered'
  | 'late-copy'
  | 'refused'

/** A topic and its partitions; what acknowledges keeps, unless it is cut or made anew by a fault. */
export class SimBroker {
  readonly #random: SeededRandom
  topicId: string
  partitions: SimPartition[]
  isAway = false
  /** What is done to the next sends. */
  sendFaults: SendFault[] = []
  /** Copies of each record of ours that were ever stored, and how many of them are there still. */
  readonly copies = new Map<string, { stored: number; there: number }>()
  /** The seq that bytes were sent under, by `uid/run/crc`. */
  readonly seqs = new Map<string, number>()
  /** How often these bytes were ever stored, by `uid/run/crc`. */
  readonly timesStored = new Map<string, number>()
  /** Records of ours that were refused for themselves, as `identityOf` says them. */
  readonly refused = new Set<string>()
  /** Records of foreign agents that went before anybody read them. */
  readonly lostForeign = new Set<string>()
  #news = Promise.withResolvers<void>()

  constructor(random: SeededRandom, partitions: number) {
    this.#random = random
    this.topicId = uuidText(random.bytes(16))
    this.partitions = Array.from({ length: partitions }, () => ({ begin: 0, records: [] }))
  }

  /** Resolves at the next change of anything. */
  get news(): Promise<void> {
    return this.#news.promise
  }

  changed(): void {
    this.#news.resolve()
    this.#news = Promise.withResolvers()
  }

  partition(index: number): SimPartition {
    const partition = this.partitions[index]
    if (partition === undefined) throw new RangeError(`there is no partition ${index}`)
    return partition
  }

  endOf(index: number): number {
    const { begin, records } = this.partition(index)
    return begin + records.length
  }

  /** Which partition a key goes to, as long as there are no more of them. */
  partitionOf(key: Uint8Array): number {
    return key.reduce((sum, byte) => (Math.imul(sum, 31) + byte) >>> 0, 7) % this.partitions.length
  }

  /** Stores a record and returns its offset. */
  append(index: number, record: LogRecord): number {
    const partition = this.partition(index)
    partition.records.push(record)
    const header = record.headers.get(identityHeader)
    if (header !== undefined) {
      const own = decodeHeader(header)
      const identity = `${runKey(own)}/${own.seq}`
      const bytes = `${runKey(own)}/${own.crc}`
      this.seqs.set(bytes, own.seq)
      this.timesStored.set(bytes, (this.timesStored.get(bytes) ?? 0) + 1)
      const known = this.copies.get(identity) ?? { stored: 0, there: 0 }
      this.copies.set(identity, { stored: known.stored + 1, there: known.there + 1 })
    }
    this.changed()
    return partition.begin + partition.records.length - 1
  }

  /** Retention takes the oldest records of a partition. */
  cut(index: number, count: number): void {
    const partition = this.partition(index)
    const gone = partition.records.splice(0, count)
    this.#forget(index, partition.begin, gone)
    partition.begin += gone.length
    this.changed()
  }

  /** Somebody deletes the topic and makes it again. */
  remake(partitions: number): void {
    for (const [index, { begin, records }] of this.partitions.entries()) this.#forget(index, begin, records)
    this.topicId = uuidText(this.#random.bytes(16))
    this.partitions = Array.from({ length: partitions }, () => ({ begin: 0, records: [] }))
    this.changed()
  }

  addPartition(): void {
    this.partitions.push({ begin: 0, records: [] })
    this.changed()
  }

  #forget(index: number, begin: number, gone: readonly LogRecord[]): void {
    for (const [at, record] of gone.entries()) {
      const identity = identityOf(record)
      const known = identity === undefined ? undefined : this.copies.get(identity)
      if (known !== undefined) known.there--
      if (identity === undefined) this.lostForeign.add(placeKey(this.topicId, index, begin + at))
    }
  }
}

/** A foreign record's place as text. */
export function placeKey(topicId: string | undefined, partition: number, offset: number | bigint): string {
  return `${topicId}/${partition}/${offset}`
}

/** A record of ours by its header: `uid/run/seq`; undefined for a foreign one. */
export function identityOf({ headers }: Pick<LogRecord, 'headers'>): string | undefined {
  const header = headers.get(identityHeader)
  if (header === undefined) return undefined
  const identity = decodeHeader(header)
  return `${runKey(identity)}/${identity.seq}`
}
