import type { SpooledRecord } from '../metric/record.ts'
import { describeError } from '../runtime/errors.ts'
import type { LogWriter, OutgoingRecord } from '../runtime/network.ts'
import { retry, type RetryOptions } from '../runtime/retry.ts'
import type { Seams } from '../runtime/seams.ts'
import type { FailureReport } from './failure-report.ts'

/** Where records wait: the spool, as far as a publisher needs it. */
export interface PublisherSource<Batch extends { readonly records: readonly SpooledRecord[] }> {
  readonly depth: { readonly records: number }
  next(maxRecords: number, signal: AbortSignal): Promise<Batch>
  acknowledge(batch: Batch): Promise<void>
  setAside(record: SpooledRecord): Promise<void>
}

/** What a publisher is made of. */
export interface PublisherOptions<Batch extends { readonly records: readonly SpooledRecord[] }> {
  readonly source: PublisherSource<Batch>
  readonly writer: LogWriter
  /** A spooled record as key, headers and value. */
  readonly encode: (record: SpooledRecord, sentAtMs: number) => Omit<OutgoingRecord, 'timestampMs'>
  readonly report: FailureReport
  readonly seams: Seams
}

const recordsPerSend = 500
const backOff = { firstMs: 250, mostMs: 10_000 }

/** Drains the spool into the topic: oldest first, one send after the other, for ever; what is sent is acknowledged. */
export class Publisher<Batch extends { readonly records: readonly SpooledRecord[] }> {
  readonly #options: PublisherOptions<Batch>

  constructor(options: PublisherOptions<Batch>) {
    this.#options = options
  }

  /** Runs until the signal aborts, then rejects with its reason. */
  async run(signal: AbortSignal): Promise<never> {
    const { source, report, seams } = this.#options
    const forEver = (tell: (error: unknown) => void): RetryOptions => ({
      ...seams,
      backOff,
      signal,
      shouldRetry: (error) => {
        tell(error)
        return true
      },
    })
    const sending = forEver((error) => report.failed(error, source.depth.records))
    const spooling = forEver((error) => seams.emit('spool.failed', { reason: describeError(error) }))
    for (;;) {
      const batch = await retry(() => source.next(recordsPerSend, signal), spooling)
      await retry(() => this.#send(batch, signal), sending)
      await retry(() => source.acknowledge(batch), spooling)
    }
  }

  async #send({ records }: Batch, signal: AbortSignal): Promise<void> {
    const { source, writer, encode, report, seams } = this.#options
    const nowMs = seams.clock.now()
    // The record's time in Kafka is when it is sent: brokers refuse times far from theirs, and retention goes by it.
    const outcomes = await writer.send(
      records.map((record) => Object.assign(encode(record, nowMs), { timestampMs: nowMs })),
      signal,
    )
    report.works()
    for (const [at, outcome] of outcomes.entries()) {
      const record = records[at]
      if (outcome.stored || record === undefined) continue
      seams.emit('kafka.refused-record', { seq: record.seq, reason: outcome.reason })
      await source.setAside(record)
    }
  }
}
