import type { SpooledRecord } from '../metric/record.ts'
import { describeError } from '../runtime/errors.ts'
import { type BackOff, retry } from '../runtime/retry.ts'
import type { Seams } from '../runtime/seams.ts'
import type { Spool, SpoolBatch } from './spool.ts'

const backOff: BackOff = { firstMs: 250, mostMs: 10_000 }

/**
 * A spool for those who carry its records on: what its disk does not give now may be given later, so that each failure is
 * told (`spool.failed`) and tried again until the signal aborts. Everything rejects with the signal's reason then.
 */
export class PatientSpool {
  readonly #spool: Pick<Spool, 'depth' | 'next' | 'nextNow' | 'acknowledge' | 'setAside'>
  readonly #seams: Pick<Seams, 'clock' | 'random' | 'emit'>

  constructor(
    spool: Pick<Spool, 'depth' | 'next' | 'nextNow' | 'acknowledge' | 'setAside'>,
    seams: Pick<Seams, 'clock' | 'random' | 'emit'>,
  ) {
    this.#spool = spool
    this.#seams = seams
  }

  /** As `Spool.depth`. */
  get depth(): { readonly records: number; readonly bytes: number } {
    return this.#spool.depth
  }

  /** As `Spool.next`. */
  next(maxRecords: number, signal: AbortSignal): Promise<SpoolBatch> {
    return this.#patiently(() => this.#spool.next(maxRecords, signal), signal)
  }

  /** As `Spool.nextNow`. */
  nextNow(maxRecords: number, signal: AbortSignal): Promise<SpoolBatch | undefined> {
    return this.#patiently(() => this.#spool.nextNow(maxRecords), signal)
  }

  /** As `Spool.acknowledge`. */
  acknowledge(batch: Pick<SpoolBatch, 'end'>, signal: AbortSignal): Promise<void> {
    return this.#patiently(() => this.#spool.acknowledge(batch), signal)
  }

  /** As `Spool.setAside`. */
  setAside(record: SpooledRecord, signal: AbortSignal): Promise<void> {
    return this.#patiently(() => this.#spool.setAside(record), signal)
  }

  #patiently<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const { clock, random, emit } = this.#seams
    return retry(work, {
      clock,
      random,
      backOff,
      signal,
      shouldRetry: (error) => {
        emit('spool.failed', { reason: describeError(error) })
        return true
      },
    })
  }
}
