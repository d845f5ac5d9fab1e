import { systemClock } from '../src/runtime/clock.ts'
import { ignoreEvents } from '../src/runtime/events.ts'
import type { OutgoingRecord } from '../src/runtime/network.ts'
import type { KafkaConnection } from '../src/kafka/client-options.ts'
import { kafkaNetwork } from '../src/kafka/kafka-network.ts'
import { ensureTopic } from '../src/kafka/topic-admin.ts'
import { writeToNewTopic } from '../test/support/write-to-new-topic.ts'
import { encodeMessage } from '../src/wire/topic-message.ts'
import { numbersOfRecord, resourceOf, samplesOf } from './hundred-numbers.ts'
import { RecordEncoder } from '../src/wire/encode.ts'

/** What is written to the topic. */
export interface TopicLoad {
  readonly hosts: number
  readonly records: number
}

const intervalMs = 10_000
const recordsPerSend = 1000
const run = 77n

/**
 * Writes records of 100 numbers as a fleet sends them: one of each host, then the next of each, ten seconds later; the
 * newest is from now, so that nothing is too old to be kept. Returns the samples written and their wire bytes.
 */
export async function fillTopic(
  connection: KafkaConnection,
  { hosts, records }: TopicLoad,
): Promise<{ readonly samples: number; readonly valueBytes: number }> {
  await ensureTopic(connection, ignoreEvents)
  await using writer = kafkaNetwork(connection, systemClock).writer()
  // A broker that does not get ready is not waited for for ever.
  const signal = AbortSignal.timeout(600_000)
  const encoders = Array.from({ length: hosts }, (_, host) => new RecordEncoder(resourceOf(host)))
  const rounds = Math.ceil(records / hosts)
  const nowMs = systemClock.now()
  const firstMs = Math.floor(nowMs - rounds * intervalMs)
  let valueBytes = 0
  let batch: OutgoingRecord[] = []
  for (let index = 0; index < records; index++) {
    const host = index % hosts
    const round = Math.floor(index / hosts)
    const value = encoders[host]?.encode(firstMs + round * intervalMs, samplesOf(host + round)) ?? new Uint8Array(0)
    valueBytes += value.length
    const { agentUid } = resourceOf(host)
    batch.push({ ...encodeMessage({ agentUid, run, seq: round + 1, value }, nowMs), timestampMs: nowMs })
    if (batch.length < recordsPerSend && index < records - 1) continue
    await writeToNewTopic(writer, batch, signal)
    batch = []
  }
  return { samples: records * numbersOfRecord, valueBytes }
}
