import { Agent, type AgentOptions } from './agent.ts'
import type { ArrivedBatch } from './metric/record.ts'
import type { Emit } from './runtime/events.ts'
import type { Seams } from './runtime/seams.ts'
import type { SpoolBatch } from './spool/spool.ts'
import { Ingest } from './store/ingest.ts'
import { ensureSchema } from './store/migrate.ts'
import { openStore } from './store/open-store.ts'
import type { MetricStore } from './store/store.ts'
import type { StoreLocation } from './store/store-location.ts'
import { RecordDecoder } from './wire/decode.ts'
import { encodeMessage } from './wire/topic-message.ts'

/** What one process needs to measure and to keep. */
export interface EmbeddedOptions {
  readonly agent: AgentOptions
  readonly store: StoreLocation
  readonly rawRetentionMs: number
}

/** How a run of `up` ended. */
export interface EmbeddedSummary {
  readonly storedRecords: number
  readonly storedSamples: number
  /** Still in the spool: the database was away to the end; the next start stores them. */
  readonly spooledRecords: number
}

const recordsPerBatch = 500

/** Agent and consumer over one spool, no Kafka: what is sampled is stored as soon as the database takes it. */
export class Embedded implements AsyncDisposable {
  readonly agent: Agent
  readonly store: MetricStore
  readonly #seams: Seams
  readonly #ingest: Ingest
  #storedRecords = 0
  #storedSamples = 0

  private constructor(agent: Agent, store: MetricStore, seams: Seams, emit: Emit) {
    this.agent = agent
    this.store = store
    this.#seams = seams
    this.#ingest = new Ingest({ ...seams, emit, store, decoder: new RecordDecoder(), acceptForeign: true })
  }

  /** Opens the state folder and the database, whose schema is brought up to date. Throws what either throws. */
  static async open(
    { agent: agentOptions, store: location, rawRetentionMs }: EmbeddedOptions,
    seams: Seams,
  ): Promise<Embedded> {
    const agent = await Agent.open(agentOptions, seams)
    try {
      const store = await openStore(location, { durable: true })
      await ensureSchema(store, 'auto', { nowMs: seams.clock.now(), rawRetentionMs }, seams.emit)
      return new Embedded(agent, store, seams, seams.emit)
    } catch (error) {
      await agent[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Samples and stores until the signal aborts, then stores what is left, for at most `flushMs`. */
  async run(signal: AbortSignal, flushMs: number): Promise<EmbeddedSummary> {
    await Promise.all([this.agent.run(signal), this.#carry(signal)])
    await this.#flush(flushMs)
    return {
      storedRecords: this.#storedRecords,
      storedSamples: this.#storedSamples,
      spooledRecords: this.agent.spool.depth.records,
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.agent[Symbol.asyncDispose]()
    await this.store[Symbol.asyncDispose]()
  }

  async #carry(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#storeBatch(await this.agent.spool.next(recordsPerBatch, signal), signal)
      } catch (error) {
        // The signal ends a wait by throwing; anything else is a fault that a person must see.
        if (!signal.aborted) throw error
      }
    }
  }

  async #flush(mostMs: number): Promise<void> {
    const signal = AbortSignal.timeout(mostMs)
    try {
      for (;;) {
        const batch = await this.agent.spool.nextNow(recordsPerBatch)
        if (batch === undefined) return
        await this.#storeBatch(batch, signal)
      }
    } catch (error) {
      // The database did not answer in time: the spool keeps what is left for the next start.
      if (!signal.aborted) throw error
    }
  }

  /** The records leave the spool only after a commit that is on disk. */
  async #storeBatch(batch: SpoolBatch, signal: AbortSignal): Promise<void> {
    const timestampMs = this.#seams.clock.now()
    const arrived: ArrivedBatch = {
      records: batch.records.map((record) => Object.assign(encodeMessage(record, timestampMs), { timestampMs })),
    }
    const result = await this.#ingest.ingest(arrived, signal)
    if (result.outcome === 'stored') {
      this.#storedRecords += result.records
      this.#storedSamples += result.samples
    }
    await this.agent.spool.acknowledge(batch)
  }
}
