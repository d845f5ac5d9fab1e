import { Agent, type AgentOptions } from './agent.ts'
import { FailureReport } from './kafka/failure-report.ts'
import { tellInsecure, type KafkaConnection } from './kafka/client-options.ts'
import { KafkaWriter } from './kafka/kafka-writer.ts'
import { Publisher } from './kafka/publisher.ts'
import type { LogWriter } from './runtime/network.ts'
import type { Seams } from './runtime/seams.ts'
import { PatientSpool } from './spool/patient-spool.ts'
import type { SpoolBatch } from './spool/spool.ts'
import { encodeMessage } from './wire/topic-message.ts'

/** What a producer needs: what it measures and where it sends. */
export interface ProducerOptions {
  readonly agent: AgentOptions
  readonly kafka: KafkaConnection
}

/** Rooms 1 to 5 wired: read, scrape, speak, keep, carry. */
export class Producer implements AsyncDisposable {
  readonly agent: Agent
  readonly #writer: LogWriter
  readonly #publisher: Publisher<SpoolBatch>

  private constructor(agent: Agent, writer: LogWriter, publisher: Publisher<SpoolBatch>) {
    this.agent = agent
    this.#writer = writer
    this.#publisher = publisher
  }

  /** Opens the state folder; Kafka may be away. Throws StateFolderError. */
  static async open({ agent: options, kafka }: ProducerOptions, seams: Seams): Promise<Producer> {
    const agent = await Agent.open(options, seams)
    tellInsecure(kafka, seams.emit)
    const writer = new KafkaWriter(kafka)
    const report = new FailureReport(seams.emit, { brokers: kafka.brokers.join(', '), topic: kafka.topic })
    const source = new PatientSpool(agent.spool, seams)
    const publisher = new Publisher<SpoolBatch>({ source, writer, encode: encodeMessage, report, seams })
    return new Producer(agent, writer, publisher)
  }

  /**
   * Samples and sends until the signal aborts, then sends what is left for at most `flushMs`. Returns what stays
   * in the spool. A spool that cannot be read for a while is told and tried again.
   */
  async run(signal: AbortSignal, flushMs: number): Promise<{ readonly spooledRecords: number }> {
    const sending = new AbortController()
    const failed = new AbortController()
    const published = this.#publisher.run(sending.signal).catch((error: unknown) => {
      // The publisher ends only by its signal; anything else is a fault that a person must see, and ends the sampling too.
      if (!sending.signal.aborted) failed.abort(error)
    })
    try {
      await this.agent.run(AbortSignal.any([signal, failed.signal]))
      await this.#drained(AbortSignal.any([AbortSignal.timeout(flushMs), failed.signal]))
    } finally {
      sending.abort(new Error('the producer stops'))
      // A send under way is waited for no longer: its records stay in the spool.
      await this.#writer[Symbol.asyncDispose]()
      await published
    }
    failed.signal.throwIfAborted()
    return { spooledRecords: this.agent.spool.depth.records }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer[Symbol.asyncDispose]()
    await this.agent[Symbol.asyncDispose]()
  }

  async #drained(signal: AbortSignal): Promise<void> {
    // What could not be sent in time stays in the spool for the next start.
    await this.agent.spool.whenEmpty(signal).catch(() => undefined)
  }
}
