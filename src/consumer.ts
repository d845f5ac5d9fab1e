import { setImmediate } from 'node:timers/promises'
import { storeConsumerVitals, type ConsumerVitals } from './consumer-vitals.ts'
import { FailureReport } from './kafka/failure-report.ts'
import { tellInsecure, type KafkaConnection } from './kafka/client-options.ts'
import { kafkaNetwork } from './kafka/kafka-network.ts'
import { Subscriber } from './kafka/subscriber.ts'
import { ensureTopic } from './kafka/topic-admin.ts'
import type { ArrivedBatch, ArrivedRecord, TopicOrigin } from './metric/record.ts'
import type { FetchedBatch, FetchedRecord } from './runtime/network.ts'
import type { Seams } from './runtime/seams.ts'
import { runDailyUpkeep } from './store/daily-upkeep.ts'
import { Ingest, type ReadyBatch } from './store/ingest/ingest.ts'
import type { Retention } from './store/retention/keep-until.ts'
import { runRetention } from './store/retention/run-retention.ts'
import { runRollUp } from './store/rollup/run-roll-up.ts'
import { openStore } from './store/open-store.ts'
import { StartingSchema } from './store/starting-schema.ts'
import type { MetricStore } from './store/store.ts'
import type { StoreLocation } from './store/store-location.ts'
import type { Vitals } from './vitals/vitals.ts'
import { RecordDecoder } from './wire/decode.ts'

/** What a consumer needs: where records come from and where they go. */
export interface ConsumerOptions {
  readonly kafka: KafkaConnection
  readonly group: string
  readonly store: StoreLocation
  readonly migrate: 'auto' | 'check'
  readonly retention: Retention
  readonly acceptForeign: boolean
  readonly maxBufferedBytes: number
  /** What the process knows of itself; told the lag and how late rows are. */
  readonly vitals?: Vitals
  /** Under which host the vitals are stored; absent: they are not. */
  readonly storedVitals?: Omit<ConsumerVitals, 'vitals'>
}

/** How a run of a consumer ended. */
export interface ConsumerSummary {
  readonly storedRecords: number
  readonly storedSamples: number
  readonly duplicates: number
  readonly deadLetters: number
}

/** Rooms 5, 3 and 6 wired: carry, decode, store; the position is committed with the rows. */
export class Consumer implements AsyncDisposable {
  readonly store: MetricStore
  readonly #options: ConsumerOptions
  readonly #seams: Seams
  readonly #schema: StartingSchema
  #summary: ConsumerSummary = { storedRecords: 0, storedSamples: 0, duplicates: 0, deadLetters: 0 }

  private constructor(options: ConsumerOptions, seams: Seams, store: MetricStore, schema: StartingSchema) {
    this.#options = options
    this.#seams = seams
    this.store = store
    this.#schema = schema
  }

  /** Opens the database and makes sure of its schema; it may be away, and so may Kafka. Throws StoreConfigurationError. */
  static async open(options: ConsumerOptions, seams: Seams): Promise<Consumer> {
    const store = await openStore(options.store, { durable: false })
    const { migrate, retention } = options
    const schema = new StartingSchema({ ...seams, store, migrate, rawRetentionMs: retention.rawMs })
    try {
      await schema.look()
      return new Consumer(options, seams, store, schema)
    } catch (error) {
      await store[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Stores what comes until the signal aborts. Throws StoreConfigurationError where a person must act; nothing was moved then. */
  async run(signal: AbortSignal): Promise<ConsumerSummary> {
    const { kafka, group, maxBufferedBytes, acceptForeign, migrate, retention, vitals } = this.#options
    const { emit } = this.#seams
    const latency = vitals === undefined ? {} : { observeLatency: vitals.observeLatency }
    const ingest = new Ingest({
      ...this.#seams,
      store: this.store,
      decoder: new RecordDecoder(),
      acceptForeign,
      // So that the database is answered while the next batch is decoded.
      pause: async () => setImmediate(),
      ...latency,
    })
    tellInsecure(kafka, emit)
    const report = new FailureReport(emit, { brokers: kafka.brokers.join(', '), topic: kafka.topic })
    await using reader = kafkaNetwork(kafka, this.#seams.clock).reader({
      group,
      maxBufferedBytes,
      positions: async (at) => {
        await subscriber.idle()
        return ingest.startOf(at, signal)
      },
      assigned: (partitions) => {
        report.works()
        emit('kafka.assigned', { topic: kafka.topic, partitions })
      },
      waiting: (partitions) => emit('kafka.partitions-waiting', { topic: kafka.topic, partitions }),
      silent: (error) => report.failed(error),
      answers: () => report.works(),
    })
    vitals?.watch({ lags: async () => (await reader.lags?.()) ?? new Map() })
    const subscriber: Subscriber<ReadyBatch> = new Subscriber({
      reader,
      report,
      seams: this.#seams,
      prepare: () => ensureTopic(kafka, emit),
      understand: async (batch) => ingest.understand(toArrived(batch)),
      store: async (batch) => {
        const result = await ingest.store(batch, signal)
        if (result.outcome === 'stored') this.#count(result)
        return result
      },
    })
    try {
      await this.#schema.ready(signal)
    } catch (error) {
      if (signal.aborted) return this.#summary
      throw error
    }
    const stopBeside = new AbortController()
    const upkeep = { ...this.#seams, store: this.store }
    const beside = Promise.all([
      runDailyUpkeep({ ...upkeep, migrate, rawRetentionMs: retention.rawMs }, stopBeside.signal),
      runRollUp(upkeep, stopBeside.signal),
      // Where the consumer may not change tables, `hostvitals migrate` drops what is old.
      ...(migrate === 'auto' ? [runRetention({ ...upkeep, retention }, stopBeside.signal)] : []),
      this.#storeVitals(stopBeside.signal),
    ])
    try {
      await subscriber.run(signal)
    } catch (error) {
      // The signal ends a wait by throwing.
      if (!signal.aborted) throw error
    } finally {
      stopBeside.abort(new Error('the consumer stops'))
      await beside
    }
    return this.#summary
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store[Symbol.asyncDispose]()
  }

  async #storeVitals(signal: AbortSignal): Promise<void> {
    const { vitals, storedVitals } = this.#options
    if (vitals === undefined || storedVitals === undefined) return
    await storeConsumerVitals({ ...storedVitals, vitals }, this.store, this.#seams, signal)
  }

  #count({
    records,
    samples,
    duplicates,
    deadLetters,
  }: {
    records: number
    samples: number
    duplicates: number
    deadLetters: number
  }): void {
    const sum = this.#summary
    this.#summary = {
      storedRecords: sum.storedRecords + records,
      storedSamples: sum.storedSamples + samples,
      duplicates: sum.duplicates + duplicates,
      deadLetters: sum.deadLetters + deadLetters,
    }
  }
}

/** A fetched batch as the store takes it: each record knows where it stands. */
function toArrived({
  cluster,
  topic,
  topicId,
  partition,
  fromOffset,
  nextOffset,
  records,
}: FetchedBatch): ArrivedBatch {
  const place = { cluster, topic, ...(topicId === undefined ? {} : { topicId }), partition }
  return {
    position: { ...place, fromOffset, nextOffset },
    records: records.map((record) => arrived(record, { ...place, offset: record.offset })),
  }
}

/** Nearly all records are of the one form, which is made field by field: copying what is left of a record is dearer. */
function arrived(
  { key, headers, headerList, value, unread, timestampMs }: FetchedRecord,
  origin: TopicOrigin,
): ArrivedRecord {
  const record = { origin, key, headers, value, timestampMs }
  if (headerList === undefined && unread === undefined) return record
  return { ...record, ...(headerList && { headerList }), ...(unread === undefined ? {} : { unread }) }
}
