import type { KafkaConnection } from '../src/kafka/client-options.ts'
import { kafkaNetwork } from '../src/kafka/kafka-network.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { RecordEncoder } from '../src/wire/encode.ts'
import { encodeMessage } from '../src/wire/topic-message.ts'
import { writeToNewTopic } from '../test/support/write-to-new-topic.ts'
import { resourceOf, samplesOf } from './hundred-numbers.ts'

const mostPerSend = 1000
const run = 78n

/** A fleet whose hosts measure one after the other, evenly over time. */
export class SteadyLoad implements AsyncDisposable {
  readonly #writer
  readonly #encoders: readonly RecordEncoder[]
  readonly #recordsPerSecond: number
  #records = 0
  #ackMs: number[] = []

  constructor(kafka: KafkaConnection, { hosts, recordsPerSecond }: { hosts: number; recordsPerSecond: number }) {
    this.#writer = kafkaNetwork(kafka, systemClock).writer()
    this.#encoders = Array.from({ length: hosts }, (_, host) => new RecordEncoder(resourceOf(host)))
    this.#recordsPerSecond = recordsPerSecond
  }

  /** How many records were written since the start. */
  get records(): number {
    return this.#records
  }

  /**
   * Writes records for so long. Each carries the moment at which it was due, whether or not the broker had time for it then: a
   * broker or a consumer that stalls makes everything behind it late, too. One send is under way at a time, with all that is due.
   */
  async run(seconds: number): Promise<void> {
    const beginMs = performance.now()
    const first = this.#records
    const total = Math.round(seconds * this.#recordsPerSecond)
    const signal = AbortSignal.timeout(seconds * 1000 + 600_000)
    const dueAtMs = (record: number): number => beginMs + ((record - first) / this.#recordsPerSecond) * 1000
    while (this.#records < first + total) {
      const elapsedMs = performance.now() - beginMs
      const due = Math.min(total, Math.floor((elapsedMs / 1000) * this.#recordsPerSecond) + 1) + first
      if (due <= this.#records) {
        // The load's own pace.
        await systemClock.sleep(Math.max(0, dueAtMs(this.#records) - performance.now()))
        continue
      }
      const size = Math.min(due - this.#records, mostPerSend)
      const batch = Array.from({ length: size }, (_, index) => this.#record(this.#records + index, dueAtMs))
      await writeToNewTopic(this.#writer, batch, signal)
      const ackedMs = performance.now()
      for (let index = 0; index < size; index++) this.#ackMs.push(ackedMs - dueAtMs(this.#records + index))
      this.#records += size
    }
  }

  /** How long each record since this was last asked took from its moment to the broker's acknowledgement, sorted. */
  takeAcknowledgements(): readonly number[] {
    const taken = this.#ackMs.toSorted((a, b) => a - b)
    this.#ackMs = []
    return taken
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer[Symbol.asyncDispose]()
  }

  #record(index: number, dueAtMs: (record: number) => number) {
    const host = index % this.#encoders.length
    const round = Math.floor(index / this.#encoders.length)
    const timeMs = Math.floor(performance.timeOrigin + dueAtMs(index))
    const value = this.#encoders[host]?.encode(timeMs, samplesOf(host + round)) ?? new Uint8Array(0)
    const nowMs = systemClock.now()
    const message = { agentUid: resourceOf(host).agentUid, run, seq: round + 1, value }
    return { ...encodeMessage(message, nowMs), timestampMs: nowMs }
  }
}
