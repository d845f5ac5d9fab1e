import type { ArrivedBatch } from '../../metric/record.ts'
import type { Clock } from '../../runtime/clock.ts'
import { describeError, DuplicateRowError, StoreBadValueError, StoreUnavailableError } from '../../runtime/errors.ts'
import type { Emit } from '../../runtime/events.ts'
import type { LogPartition, LogStart } from '../../runtime/network.ts'
import type { Random } from '../../runtime/random.ts'
import { type BackOff, retry } from '../../runtime/retry.ts'
import { Catalog } from '../catalog/catalog.ts'
import { CutLogs } from './cut-logs.ts'
import { readDeadLetter } from '../dead-letter/read-dead-letter.ts'
import { HostSightings } from './host-sightings.ts'
import { OddValues } from './odd-values.ts'
import { halves } from './halves.ts'
import { type BatchResult, ingestBatch, type UnderstoodBatch } from './ingest-batch.ts'
import { startOf } from './positions.ts'
import type { MetricStore } from '../store.ts'
import { StoreOutage } from '../store-outage.ts'
import { type Arrival, type Decoder, understand, understandAll } from './understand.ts'

/** What an `Ingest` stands on. */
export interface IngestOptions {
  readonly store: MetricStore
  readonly decoder: Decoder
  readonly clock: Clock
  readonly random: Random
  readonly emit: Emit
  /** False: records of other agents become dead letters. */
  readonly acceptForeign: boolean
  /** Told after a commit, for each row of numbers that is new: from its time to now, in seconds; negative for a clock that runs ahead. */
  readonly observeLatency?: (seconds: number) => void
  /** Lets others have their turn; called now and then while many records are decoded. Absent: nobody waits for one. */
  readonly pause?: () => Promise<void>
}

/** A batch whose records have been decoded, to be stored by the `Ingest` that decoded it. */
export interface ReadyBatch {
  readonly understood: UnderstoodBatch
  /** When work on it began, by the monotonic clock. */
  readonly startedMs: number
}

/** What became of a batch. Stale: nothing was stored, the reader must go on at `nextOffset`. */
export type IngestOutcome =
  | {
      readonly outcome: 'stored'
      readonly records: number
      readonly samples: number
      readonly duplicates: number
      readonly deadLetters: number
      /** Gaps that are new or have changed. */
      readonly gaps: number
    }
  | { readonly outcome: 'stale'; readonly nextOffset: bigint }

/** A batch whose ids are sure. */
type TriedBatch = Exclude<BatchResult, { readonly outcome: 'moved' }>

const backOff: BackOff = { firstMs: 250, mostMs: 30_000 }

/**
 * Stores batches of records: each exactly once, in one transaction with its position (docs/delivery.md §5). One per
 * consumer process; batches of different partitions may be given at once.
 */
export class Ingest {
  readonly #options: IngestOptions
  readonly #catalog: Catalog
  readonly #sightings: HostSightings
  readonly #outage: StoreOutage
  readonly #cuts = new CutLogs()
  readonly #odd: OddValues
  /** Where positions stood that were beyond the end of their log, as it was listed before. */
  readonly #seenBeyond = new Map<string, bigint>()
  #connectionsLost = 0

  constructor(options: IngestOptions) {
    this.#options = options
    this.#catalog = new Catalog(options.store)
    this.#sightings = new HostSightings(options.store)
    this.#outage = new StoreOutage(options.store, options.emit)
    this.#odd = new OddValues(options.emit)
  }

  /** Whether the database is away, and what is to be stored waits for it. */
  get isStoreAway(): boolean {
    return this.#outage.isOn
  }

  /** Decodes a batch, which takes no database: the one before it may be stored meanwhile. Never throws. */
  async understand({ position, records }: ArrivedBatch): Promise<ReadyBatch> {
    const startedMs = this.#options.clock.monotonic()
    const arrivals = await understandAll(records, this.#options)
    return { understood: position === undefined ? { arrivals } : { position, arrivals }, startedMs }
  }

  /** Decodes a batch and stores it. */
  async ingest(batch: ArrivedBatch, signal: AbortSignal): Promise<IngestOutcome> {
    return this.store(await this.understand(batch), signal)
  }

  /**
   * Resolves when the batch is committed, or found stale. While the database is away it tries for ever (`store.failing`
   * is told once). Throws StoreConfigurationError when a person must act, and the signal's reason when it aborts;
   * nothing of the batch is stored then, or all of it.
   */
  async store({ understood, startedMs }: ReadyBatch, signal: AbortSignal): Promise<IngestOutcome> {
    const { clock, emit } = this.#options
    const { position, arrivals } = understood
    const outcome = await this.#store(understood, signal)
    if (outcome.outcome === 'stored') {
      const { records, samples, duplicates } = outcome
      emit('ingest.stored', { records, samples, duplicates, ms: clock.monotonic() - startedMs })
      this.#odd.look(arrivals)
    } else if (position !== undefined) {
      const { topic, partition } = position
      emit('ingest.stale-batch', { topic, partition, position: String(outcome.nextOffset) })
    }
    return outcome
  }

  /**
   * Tries a dead letter once more, after a fix or an update: it is stored and gone, or set aside again with its new reason.
   * Undefined when there is none of that id. Otherwise as `ingest`.
   */
  async replay(deadLetterId: bigint, signal: AbortSignal): Promise<IngestOutcome | undefined> {
    const { acceptForeign, decoder, store } = this.#options
    const record = await this.#untilAvailable(async () => readDeadLetter(store, deadLetterId), signal)
    if (record === undefined) return undefined
    return this.#store({ deadLetterId, arrivals: [understand(record, decoder, acceptForeign)] }, signal)
  }

  /**
   * Where to begin reading a partition at its assignment: the database's position wins. Tries for ever, as `ingest` does;
   * but throws StoreUnavailableError where the position stands beyond the listed end, so that the log is listed anew: a
   * second time it is the log that has lost records.
   */
  async startOf(at: LogPartition, signal: AbortSignal): Promise<LogStart> {
    const { clock, emit, store } = this.#options
    this.#forget()
    const log = `${at.topic}, partition ${at.partition}`
    const knownOffset = this.#seenBeyond.get(log)
    this.#seenBeyond.delete(log)
    const start = await this.#untilAvailable(
      async () => startOf(store, at, { nowMs: clock.now(), emit, knownOffset }),
      signal,
    )
    if (start.isKnown) {
      if (start.isCut) this.#cuts.cut(at)
      return { offset: start.offset }
    }
    this.#seenBeyond.set(log, start.standsAt)
    throw new StoreUnavailableError(`${store.label}: ${log}, is stored beyond the end that was listed before`)
  }

  /** Stores a batch; what the database refuses as a value is found by halving, and that one record set aside. */
  async #store(batch: UnderstoodBatch, signal: AbortSignal): Promise<IngestOutcome> {
    try {
      return await this.#storeWhole(batch, signal)
    } catch (error) {
      if (!(error instanceof StoreBadValueError)) throw error
      const [first, ...others] = batch.arrivals
      if (first === undefined) throw error
      if (others.length > 0) return this.#storeHalves(batch, signal)
      const content = { reason: 'bad-value', error: describeError(error) } as const
      return this.#storeWhole({ ...batch, arrivals: [{ ...first, content }] }, signal)
    }
  }

  async #storeHalves(batch: UnderstoodBatch, signal: AbortSignal): Promise<IngestOutcome> {
    const [one, other] = halves(batch)
    const before = await this.#store(one, signal)
    if (before.outcome === 'stale') return before
    const after = await this.#store(other, signal)
    if (after.outcome === 'stale') return after
    return {
      outcome: 'stored',
      records: before.records + after.records,
      samples: before.samples + after.samples,
      duplicates: before.duplicates + after.duplicates,
      deadLetters: before.deadLetters + after.deadLetters,
      gaps: before.gaps + after.gaps,
    }
  }

  async #storeWhole(batch: UnderstoodBatch, signal: AbortSignal): Promise<IngestOutcome> {
    const { clock, store } = this.#options
    const writer = { store, catalog: this.#catalog, sightings: this.#sightings, cuts: this.#cuts }
    let maybeCommitted: TriedBatch | undefined
    const attempt = async (compare: boolean, idsAreFresh = false): Promise<TriedBatch> => {
      this.#forgetAfterReconnect()
      const earlier = maybeCommitted
      const beforeCommit = (result: TriedBatch): void => {
        maybeCommitted = result
      }
      const result = await this.#onOneDatabase(async (check) =>
        ingestBatch(writer, batch, { nowMs: clock.now(), idsAreFresh, compare, check, beforeCommit }),
      )
      if (result.outcome === 'moved') {
        this.#forget()
        return attempt(compare, true)
      }
      const wasCommitted = result.outcome === 'stale' && result.nextOffset === batch.position?.nextOffset
      // The answer to our COMMIT was lost, and the position says that it happened.
      return wasCommitted && earlier !== undefined ? earlier : result
    }
    const result = await this.#untilAvailable(async () => {
      try {
        return await attempt(false)
      } catch (error) {
        if (!(error instanceof DuplicateRowError)) throw error
        return attempt(true).catch(overtaken)
      }
    }, signal)
    return this.#tell(result)
  }

  #tell(result: TriedBatch): IngestOutcome {
    const { clock, emit, observeLatency } = this.#options
    if (result.outcome === 'stale') {
      this.#forget()
      return result
    }
    const { records, samples, duplicates, deadLetters, gaps, hostNames, expiredForeign, returned } = result
    result.committed()
    if (observeLatency !== undefined) {
      const nowMs = clock.now()
      for (const timeMs of result.times) observeLatency((nowMs - timeMs) / 1000)
    }
    for (const { arrival, reason, error } of deadLetters) {
      emit('ingest.dead-letter', { reason, error, ...originOf(arrival) })
    }
    for (const { runId, gap } of gaps) {
      const { fromSeq, toSeq, state, reason } = gap
      const host = hostNames.get(runId) ?? ''
      emit('ingest.gap', { host, fromSeq, toSeq, state, ...(reason === undefined ? {} : { reason }) })
    }
    for (const { host, seq } of expiredForeign) {
      emit('ingest.gap', { host, fromSeq: seq, toSeq: seq, state: 'expired' })
    }
    for (const host of returned) emit('ingest.host-returned', host)
    return { outcome: 'stored', records, samples, duplicates, deadLetters: deadLetters.length, gaps: gaps.length }
  }

  async #untilAvailable<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const { clock, random } = this.#options
    const shouldRetry = (error: unknown): boolean => {
      if (!this.#outage.begins(error)) return false
      this.#forget()
      return true
    }
    const result = await retry(work, { clock, random, backOff, signal, shouldRetry })
    this.#outage.ends()
    return result
  }

  /**
   * Ids are read before the transaction. Where a connection ended in between, `check` says so inside of it, and whatever
   * failed may have failed for that: the next try asks for all ids anew.
   */
  async #onOneDatabase<T>(work: (check: () => void) => Promise<T>): Promise<T> {
    const { store } = this.#options
    const before = store.connectionsLost
    const check = (cause?: unknown): void => {
      if (store.connectionsLost !== before)
        throw new StoreUnavailableError(`${store.label}: a connection ended while a batch was prepared`, { cause })
    }
    try {
      return await work(check)
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) check(error)
      throw error
    }
  }

  /** A connection that ended while nobody used it was replaced without a word, maybe by one to another database. */
  #forgetAfterReconnect(): void {
    const { connectionsLost } = this.#options.store
    if (connectionsLost !== this.#connectionsLost) this.#forget()
    this.#connectionsLost = connectionsLost
  }

  /** After anything that may have brought another database, or an older state of it. */
  #forget(): void {
    this.#catalog.forget()
    this.#sightings.forget()
  }
}

/** A key that was not there at the look and is there at the insert: another consumer was faster, and is seen the next time. */
function overtaken(error: unknown): never {
  if (!(error instanceof DuplicateRowError)) throw error
  throw new StoreUnavailableError('another consumer stored the same rows at the same moment', { cause: error })
}

function originOf({ record: { origin } }: Arrival) {
  return origin === undefined ? {} : { topic: origin.topic, partition: origin.partition, offset: String(origin.offset) }
}
