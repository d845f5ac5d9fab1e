import { Agent, type AgentOptions } from './agent.ts'
import type { ArrivedBatch } from './metric/record.ts'
import { describeError, HostvitalsError } from './runtime/errors.ts'
import type { Seams } from './runtime/seams.ts'
import type { SpoolBatch } from './spool/spool.ts'
import { runDailyUpkeep } from './store/daily-upkeep.ts'
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
  readonly #rawRetentionMs: number
  #storedRecords = 0
  #storedSamples = 0

  private constructor(agent: Agent, store: MetricStore, seams: Seams, rawRetentionMs: number) {
    this.agent = agent
    this.store = store
    this.#seams = seams
    this.#rawRetentionMs = rawRetentionMs
    this.#ingest = new Ingest({ ...seams, store, decoder: new RecordDecoder(), acceptForeign: true })
  }

  /** Opens the state folder and the database, whose schema is brought up to date. Throws what either throws. */
  static async open(
    { agent: agentOptions, store: location, rawRetentionMs }: EmbeddedOptions,
    seams: Seams,
  ): Promise<Embedded> {
    const agent = await Agent.open(agentOptions, seams)
    try {
      const store = await openMigrated(location, rawRetentionMs, seams)
      return new Embedded(agent, store, seams, rawRetentionMs)
    } catch (error) {
      await agent[Symbol.asyncDispose]()
      throw error
    }
  }

  /**
   * Samples and stores until the signal aborts, then stores what is left, for at most `flushMs`. Where a person must act
   * on the database, only the storing ends: that is told, sampling goes on into the spool, and it is thrown at the end.
   */
  async run(signal: AbortSignal, flushMs: number): Promise<EmbeddedSummary> {
    const failed = new AbortController()
    const upkeep = runDailyUpkeep(
      { ...this.#seams, store: this.store, migrate: 'auto', rawRetentionMs: this.#rawRetentionMs },
      AbortSignal.any([signal, failed.signal]),
    )
    const carried = this.#carry(signal).catch((error: unknown) => {
      this.#tellEnd(error)
      failed.abort(error)
    })
    await Promise.all([this.agent.run(signal), carried, upkeep])
    failed.signal.throwIfAborted()
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

  #tellEnd(error: unknown): void {
    const steps = error instanceof HostvitalsError && error.nextStep !== undefined ? [error.nextStep] : []
    this.#seams.emit('role.failed', {
      role: 'storing',
      reason: describeError(error),
      nextStep: [...steps, 'measuring goes on, and the records wait in the spool for the next start'].join('; '),
    })
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

async function openMigrated(location: StoreLocation, rawRetentionMs: number, seams: Seams): Promise<MetricStore> {
  const store = await openStore(location, { durable: true })
  try {
    await ensureSchema(store, 'auto', { nowMs: seams.clock.now(), rawRetentionMs }, seams.emit)
    return store
  } catch (error) {
    await store[Symbol.asyncDispose]()
    throw error
  }
}
