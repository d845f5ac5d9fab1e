import type { LogWriter, OutgoingRecord, SendOutcome } from '../runtime/network.ts'
import { acceptedTime } from './accepted-time.ts'
import { clientOptions, type KafkaConnection } from './client-options.ts'
import { ConnectionWatch } from './connection-watch.ts'
import { isRefusedRecord, toKafkaError } from './kafka-error.ts'
import { Producer } from './producer-client.ts'

/** Writes to the topic: acks=all, idempotent, zstd, one send after the other, so that order is kept. */
export class KafkaWriter implements LogWriter {
  readonly #connection: KafkaConnection
  #producer: Producer | undefined
  #watch = new ConnectionWatch()
  #isLost = false
  #onLost: (() => void) | undefined

  constructor(connection: KafkaConnection) {
    this.#connection = connection
  }

  connect = async (signal: AbortSignal): Promise<void> => {
    await this.#with(signal, async (producer) => {
      await producer.metadata({ topics: [this.#connection.topic], forceUpdate: true })
    })
    this.#isLost = false
  }

  lost = async (signal: AbortSignal): Promise<void> => {
    if (this.#isLost || signal.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#onLost = resolve
    signal.addEventListener('abort', () => resolve(), { once: true })
    await promise
  }

  send = async (records: readonly OutgoingRecord[], signal: AbortSignal): Promise<readonly SendOutcome[]> => {
    try {
      await this.#with(signal, (producer) => this.#write(producer, records))
      this.#isLost = false
      return records.map(() => ({ stored: true }))
    } catch (error) {
      if (!isRefusedRecord(error)) throw error
      return this.#halve(records, error, signal)
    }
  };

  [Symbol.asyncDispose] = (): Promise<void> => this.#close()

  /** Works with a connected producer; where that fails the next one connects anew, and the signal ends it at once. */
  async #with(signal: AbortSignal, work: (producer: Producer) => Promise<void>): Promise<void> {
    signal.throwIfAborted()
    const onAbort = (): void => void this.#close()
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      this.#producer ??= await this.#open()
      await work(this.#producer)
    } catch (error) {
      // After a failed send the sequence of an idempotent producer is not to be relied upon.
      await this.#close()
      throw toKafkaError(this.#watch.explain(error), this.#connection)
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  async #open(): Promise<Producer> {
    const producer = new Producer({
      ...(await clientOptions(this.#connection)),
      acks: -1,
      idempotent: true,
      compression: 'zstd',
    })
    this.#watch = new ConnectionWatch()
    this.#watch.watch(producer.connections)
    producer.connections.on('disconnect', () => {
      if (this.#producer !== producer) return
      this.#isLost = true
      this.#onLost?.()
    })
    return producer
  }

  /** A broker that takes our clock for wrong is given a time that it takes: when it was sent stands in the record itself. */
  async #write(producer: Producer, records: readonly OutgoingRecord[]): Promise<void> {
    try {
      await producer.send({ messages: records.map((record) => this.#message(record, record.timestampMs)) })
    } catch (error) {
      const timeMs = acceptedTime(error)
      if (timeMs === undefined) throw error
      await producer.send({ messages: records.map((record) => this.#message(record, timeMs)) })
    }
  }

  /** Finds the record that is refused for itself; its neighbours are written. */
  async #halve(
    records: readonly OutgoingRecord[],
    error: unknown,
    signal: AbortSignal,
  ): Promise<readonly SendOutcome[]> {
    if (records.length === 1) return [{ stored: false, reason: toKafkaError(error, this.#connection).message }]
    const middle = Math.ceil(records.length / 2)
    return [...(await this.send(records.slice(0, middle), signal)), ...(await this.send(records.slice(middle), signal))]
  }

  #message(
    { key, headers, value }: OutgoingRecord,
    timeMs: number,
  ): Parameters<Producer['send']>[0]['messages'][number] {
    return {
      topic: this.#connection.topic,
      key: asBuffer(key),
      value: asBuffer(value),
      headers: new Map([...headers].map(([name, bytes]) => [Buffer.from(name), asBuffer(bytes)])),
      timestamp: BigInt(Math.round(timeMs)),
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
