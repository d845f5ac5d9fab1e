import { Producer } from '@platformatic/kafka'
import type { LogWriter, OutgoingRecord, SendOutcome } from '../runtime/network.ts'
import { clientOptions, type KafkaConnection } from './client-options.ts'
import { isRefusedRecord, toKafkaError } from './kafka-error.ts'

/**
 * Writes to the topic: acks=all, zstd, one send after the other, so that order is kept. Not as an idempotent producer: the
 * client lets none of those fail, it would try for ever in silence; a record sent twice is found equal by the consumer.
 */
export class KafkaWriter implements LogWriter {
  readonly #connection: KafkaConnection
  #producer: Producer | undefined

  constructor(connection: KafkaConnection) {
    this.#connection = connection
  }

  send = async (records: readonly OutgoingRecord[], signal: AbortSignal): Promise<readonly SendOutcome[]> => {
    signal.throwIfAborted()
    try {
      this.#producer ??= new Producer({
        ...(await clientOptions(this.#connection)),
        acks: -1,
        compression: 'zstd',
      })
      await this.#producer.send({ messages: records.map((record) => this.#message(record)) })
      return records.map(() => ({ stored: true }))
    } catch (error) {
      // The next send connects anew, and asks anew which broker leads.
      await this.#close()
      if (isRefusedRecord(error)) return this.#halve(records, error, signal)
      throw toKafkaError(error, this.#connection.brokers)
    }
  };

  [Symbol.asyncDispose] = (): Promise<void> => this.#close()

  /** Finds the record that is refused for itself; its neighbours are written. */
  async #halve(
    records: readonly OutgoingRecord[],
    error: unknown,
    signal: AbortSignal,
  ): Promise<readonly SendOutcome[]> {
    if (records.length === 1) return [{ stored: false, reason: toKafkaError(error, this.#connection.brokers).message }]
    const middle = Math.ceil(records.length / 2)
    return [...(await this.send(records.slice(0, middle), signal)), ...(await this.send(records.slice(middle), signal))]
  }

  #message({ key, headers, value, timestampMs }: OutgoingRecord): Parameters<Producer['send']>[0]['messages'][number] {
    return {
      topic: this.#connection.topic,
      key: asBuffer(key),
      value: asBuffer(value),
      headers: new Map([...headers].map(([name, bytes]) => [Buffer.from(name), asBuffer(bytes)])),
      timestamp: BigInt(Math.round(timestampMs)),
    }
  }

  async #close(): Promise<void> {
    const producer = this.#producer
    this.#producer = undefined
    // A producer whose broker is away cannot say goodbye; it is gone all the same.
    await producer?.close(true).catch(() => undefined)
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
