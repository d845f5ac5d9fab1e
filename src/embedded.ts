import { Agent, type AgentOptions } from './agent.ts'
import type { ArrivedBatch } from './metric/record.ts'
import { describeError, HostvitalsError } from './runtime/errors.ts'
import type { Seams } from './runtime/seams.ts'
import { PatientSpool } from './spool/patient-spool.ts'
import type { SpoolBatch } from './spool/spool.ts'
import { type DailyUpkeepOptions, runDailyUpkeep } from './store/daily-upkeep.ts'
import { Ingest } from './store/ingest/ingest.ts'
import type { Retention } from './store/retention/keep-until.ts'
import { type RetentionOptions, runRetention } from './store/retention/run-retention.ts'
import { runRollUp } from './store/rollup/run-roll-up.ts'
import { openStore } from './store/open-store.ts'
import { StartingSchema } from './store/starting-schema.ts'
import type { MetricStore } from './store/store.ts'
import type { StoreLocation } from './store/store-location.ts'
import type { Vitals } from './vitals/vitals.ts'
import { RecordDecoder } from './wire/decode.ts'
import { encodeMessage } from './wire/topic-message.ts'

/** What one process needs to measure and to keep. */
export interface EmbeddedOptions {
  readonly agent: AgentOptions
  readonly store: StoreLocation
  readonly retention: Retention
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
  readonly #spool: PatientSpool
  readonly #seams: Seams
  readonly #ingest: Ingest
  readonly #upkeep: DailyUpkeepOptions & RetentionOptions
  readonly #schema: StartingSchema
  #storedRecords = 0
  #storedSamples = 0

  private constructor(
    agent: Agent,
    store: MetricStore,
    seams: Seams,
    upkeep: DailyUpkeepOptions & RetentionOptions,
    schema: StartingSchema,
    vitals: Vitals | undefined,
  ) {
    this.agent = agent
    this.store = store
    this.#spool = new PatientSpool(agent.spool, seams)
    this.#seams = seams
    this.#upkeep = upkeep
    this.#schema = schema
    const latency = vitals === undefined ? {} : { observeLatency: vitals.observeLatency }
    this.#ingest = new Ingest({ ...seams, store, decoder: new RecordDecoder(), acceptForeign: true, ...latency })
  }

  /**
   * Opens the state folder and the database, whose schema is brought up to date as soon as it answers. Throws
   * StateFolderError, and StoreConfigurationError where a person must act.
   */
  static async open(options: EmbeddedOptions, seams: Seams): Promise<Embedded> {
    await using opened = new AsyncDisposableStack()
    const agent = opened.use(await Agent.open(options.agent, seams))
    const store = opened.use(await openStore(options.store, { durable: true }))
    const { retention } = options
    const upkeep = { ...seams, store, migrate: 'auto', retention, rawRetentionMs: retention.rawMs } as const
    const schema = new StartingSchema(upkeep)
    await schema.look()
    opened.move()
    return new Embedded(agent, store, seams, upkeep, schema, options.agent.vitals)
  }

  /**
   * Samples and stores until the signal aborts, then stores what is left, for at most `flushMs`. Where a person must act
   * on the database, only the storing ends: that is told, sampling goes on into the spool, and it is thrown at the end.
   */
  async run(signal: AbortSignal, flushMs: number): Promise<EmbeddedSummary> {
    const failed = new AbortController()
    const carried = this.#keep(signal).catch((error: unknown) => {
      this.#tellEnd(error)
      failed.abort(error)
    })
    await Promise.all([this.agent.run(signal), carried])
    failed.signal.throwIfAborted()
    // A database that is away at the end is not waited for: the spool keeps what is left for the next start.
    if (!this.#schema.isStoreAway && !this.#ingest.isStoreAway) await this.#flush(flushMs)
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

  /** Stores and keeps the database in order, as soon as there is one. */
  async #keep(signal: AbortSignal): Promise<void> {
    const stopUpkeep = new AbortController()
    try {
      await this.#schema.ready(signal)
      const stop = AbortSignal.any([signal, stopUpkeep.signal])
      const beside = Promise.all([
        runDailyUpkeep(this.#upkeep, stop),
        runRollUp(this.#upkeep, stop),
        runRetention(this.#upkeep, stop),
      ])
      await this.#carry(signal).finally(() => stopUpkeep.abort(new Error('nothing is stored any more')))
      await beside
    } catch (error) {
      // The signal ends a wait by throwing; anything else is a fault that a person must see.
      if (!signal.aborted) throw error
    }
  }

  async #carry(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) await this.#storeBatch(await this.#spool.next(recordsPerBatch, signal), signal)
  }

  async #flush(mostMs: number): Promise<void> {
    const signal = AbortSignal.timeout(mostMs)
    try {
      for (;;) {
        const batch = await this.#spool.nextNow(recordsPerBatch, signal)
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
    await this.#schema.ready(signal)
    const timestampMs = this.#seams.clock.now()
    const arrived: ArrivedBatch = {
      records: batch.records.map((record) => Object.assign(encodeMessage(record, timestampMs), { timestampMs })),
    }
    const result = await this.#ingest.ingest(arrived, signal)
    if (result.outcome === 'stored') {
      this.#storedRecords += result.records
      this.#storedSamples += result.samples
    }
    // Also where the signal has aborted meanwhile: what is stored must not be sent again.
    await this.agent.spool.acknowledge(batch)
  }
}
