import type { NumberSample } from '../src/metric/sample.ts'
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

/** What a record holds: all numbers of a host at a time, or one of them. */
export const shapes = ['scrape', 'single'] as const

/** One of them. */
export type Shape = (typeof shapes)[number]

/** Whether the text names one. */
export function isShape(text: string): text is Shape {
  return shapes.some((shape) => shape === text)
}

/** What is written to the topic. */
export interface TopicLoad {
  readonly hosts: number
  readonly records: number
  /** By default `scrape`. */
  readonly shape?: Shape
  /** How many records are sent, and packed, at a time; an agent that keeps up sends one or two. By default 1000. */
  readonly perSend?: number
}

const intervalMs = 10_000
const run = 77n

/** How many numbers a record of this shape has. */
export function samplesPerRecord(shape: Shape): number {
  return shape === 'single' ? 1 : numbersOfRecord
}

/** How many rounds of all hosts a load has, and how much time is in them. */
export function roundsOf({ hosts, records, shape = 'scrape' }: TopicLoad): {
  readonly rounds: number
  readonly ms: number
} {
  const rounds = Math.ceil(records / hosts / (shape === 'single' ? numbersOfRecord : 1))
  return { rounds, ms: rounds * intervalMs }
}

/**
 * Writes records of 100 numbers, or of one, as a fleet sends them: one of each host, then the next of each; a host's next
 * hundred numbers are ten seconds later; the newest are from now, so that nothing is too old to be kept. Returns the samples
 * written and their wire bytes.
 */
export async function fillTopic(
  connection: KafkaConnection,
  { hosts, records, shape = 'scrape', perSend = 1000 }: TopicLoad,
): Promise<{ readonly samples: number; readonly valueBytes: number }> {
  await ensureTopic(connection, ignoreEvents)
  await using writer = kafkaNetwork(connection, systemClock).writer()
  // A broker that does not get ready is not waited for for ever.
  const signal = AbortSignal.timeout(600_000)
  const resources = Array.from({ length: hosts }, (_, host) => resourceOf(host))
  const encoders = resources.map((resource) => new RecordEncoder(resource))
  const perRound = shape === 'single' ? numbersOfRecord : 1
  const nowMs = systemClock.now()
  const firstMs = Math.floor(nowMs - roundsOf({ hosts, records, shape }).ms)
  const numbers: (readonly NumberSample[])[] = []
  let valueBytes = 0
  let batch: OutgoingRecord[] = []
  for (let index = 0; index < records; index++) {
    const host = index % hosts
    const seq = Math.floor(index / hosts)
    const round = Math.floor(seq / perRound)
    if (seq % perRound === 0) numbers[host] = samplesOf(host + round)
    const all = numbers[host] ?? []
    const samples = shape === 'single' ? all.slice(seq % perRound, (seq % perRound) + 1) : all
    const value = encoders[host]?.encode(firstMs + round * intervalMs, samples) ?? new Uint8Array(0)
    valueBytes += value.length
    const agentUid = resources[host]?.agentUid ?? ''
    batch.push({ ...encodeMessage({ agentUid, run, seq: seq + 1, value }, nowMs), timestampMs: nowMs })
    if (batch.length < perSend && index < records - 1) continue
    await writeToNewTopic(writer, batch, signal)
    batch = []
  }
  return { samples: records * samplesPerRecord(shape), valueBytes }
}
