import type { SpooledRecord } from '../metric/record.ts'
import { BrokerUnavailableError } from '../runtime/errors.ts'
import type { LogWriter, OutgoingRecord } from '../runtime/network.ts'
import { retry } from '../runtime/retry.ts'
import type { Seams } from '../runtime/seams.ts'
import type { FailureReport } from './failure-report.ts'

/** Where records wait: the spool, as far as a publisher needs it. What it rejects with is the signal's reason. */
export interface PublisherSource<Batch extends { readonly records: readonly SpooledRecord[] }> {
  readonly depth: { readonly records: number }
  next(maxRecords: number, signal: AbortSignal): Promise<Batch>
  acknowledge(batch: Batch, signal: AbortSignal): Promise<void>
  setAside(record: SpooledRecord, signal: AbortSignal): Promise<void>
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
const silentMs = 4500
/** One for all: a signal that is given no reason makes an error with its stack each time. */
const endReason = new Error('it is over')

/** Drains the spool into the topic: oldest first, one send after the other, for ever; what is sent is acknowledged. */
export class Publisher<Batch extends { readonly records: readonly SpooledRecord[] }> {
  readonly #options: PublisherOptions<Batch>

  constructor(options: PublisherOptions<Batch>) {
    this.#options = options
  }

  /** Runs until the signal aborts, then rejects with its reason. */
  async run(signal: AbortSignal): Promise<never> {
    const { source } = this.#options
    await this.#connect(signal)
    for (;;) {
      const batch = await this.#next(signal)
      await this.#untilDone(() => this.#send(batch, signal), signal)
      await source.acknowledge(batch, signal)
    }
  }

  /** The next batch. A broker that goes away meanwhile is told at once, not when there is something to send. */
  async #next(signal: AbortSignal): Promise<Batch> {
    const { source, writer } = this.#options
    const next = source.next(recordsPerSend, signal)
    for (;;) {
      const idle = new AbortController()
      try {
        const batch = await Promise.race([next, writer.lost(idle.signal)])
        if (batch !== undefined) return batch
      } finally {
        idle.abort(endReason)
      }
      await this.#connect(signal)
    }
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const { source, writer, report } = this.#options
    await this.#untilDone(() => writer.connect(signal), signal)
    report.works(source.depth.records)
  }

  async #untilDone(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const { source, report, seams } = this.#options
    await retry(() => this.#toldInTime(work), {
      ...seams,
      backOff,
      signal,
      shouldRetry: (error) => {
        report.failed(error, source.depth.records)
        return true
      },
    })
  }

  /** A broker that was reached and is silent may still answer: it is waited for, and told meanwhile. */
  async #toldInTime(work: () => Promise<void>): Promise<void> {
    const { source, report, seams } = this.#options
    const done = new AbortController()
    const silence = seams.clock.sleep(silentMs, done.signal).then(
      () => report.failed(new BrokerUnavailableError('the broker does not answer'), source.depth.records),
      () => undefined,
    )
    try {
      await work()
    } finally {
      done.abort(endReason)
      await silence
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
    report.works(source.depth.records)
    for (const [at, outcome] of outcomes.entries()) {
      const record = records[at]
      if (outcome.stored || record === undefined) continue
      seams.emit('kafka.refused-record', { seq: record.seq, reason: outcome.reason })
      await source.setAside(record, signal)
    }
  }
}
