import type { KafkaConfig } from '../../config/kafka-config.ts'
import { HostvitalsError } from '../../runtime/errors.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Random } from '../../runtime/random.ts'
import { findScrape } from '../../store/find-scrape.ts'
import { forgetHost } from '../../store/forget-host.ts'
import { openStore } from '../../store/open-store.ts'
import type { StoreLocation } from '../../store/store-location.ts'
import { encodeMessage } from '../../wire/topic-message.ts'
import { kafkaConnection } from '../kafka-connection.ts'
import { DoctorAgent } from './doctor-agent.ts'
import type { MeasuredRound } from './examine-metrics.ts'
import { finding, type Finding } from './finding.ts'

/** What is sent, over which Kafka, and in which database it is looked for. */
export interface SendQuestion {
  readonly kafka: KafkaConfig
  readonly location: StoreLocation | undefined
  readonly measured: MeasuredRound
  readonly hostName: string
  readonly clock: Clock
  readonly random: Random
  readonly signal: AbortSignal
  /** How long the row is waited for; 30 s. */
  readonly patienceMs?: number
}

const askedEveryMs = 100

/**
 * One real round trip: a record onto the topic, and its row out of the database. It is sent under a name of its own, which is
 * taken off the lists of hosts afterwards.
 */
export async function* sendAndFind(question: SendQuestion): AsyncGenerator<Finding> {
  const { kafka, location, clock } = question
  try {
    const sentMs = await send(question)
    const what = `sent ${question.measured.samples.length} numbers to ${kafka.topic}`
    if (location === undefined) {
      yield finding('send', 'ok', `${what}; whether they are stored is to be seen where consumer.config.ts is`)
      return
    }
    const found = await find(question, location)
    if (found) yield finding('send', 'ok', `${what}; its row was there after ${Math.round(clock.now() - sentMs)} ms`)
    else {
      yield finding('send', 'problem', `${what}; no row was there after ${patienceOf(question) / 1000} s`, {
        why: 'The topic took the record, so what stores it does not run, is behind, or writes into another database.',
        nextStep: 'See whether `hostvitals consume` runs and what its log says; `hostvitals status` tells the lag',
      })
    }
  } catch (error) {
    if (!(error instanceof HostvitalsError)) throw error
    yield finding('send', 'problem', error.message, { nextStep: error.nextStep ?? null })
  }
}

function patienceOf({ patienceMs = 30_000 }: SendQuestion): number {
  return patienceMs
}

/** Sends all records of the round. Returns when that was, Unix milliseconds. Throws as a `LogWriter`. */
async function send({ kafka, measured, hostName, clock, random, signal }: SendQuestion): Promise<number> {
  const { KafkaWriter } = await import('../../kafka/kafka-writer.ts')
  const agent = new DoctorAgent(hostName, measured.timeMs)
  // 63 bits, so that every database's signed 64-bit column holds it.
  const run = Buffer.from(random.bytes(8)).readBigUInt64BE(0) >> 1n
  const sentMs = clock.now()
  const records = agent.records(measured.timeMs, measured.samples).map((value, index) =>
    Object.assign(encodeMessage({ agentUid: agent.agentUid, run, seq: index + 1, value }, sentMs), {
      timestampMs: sentMs,
    }),
  )
  await using writer = new KafkaWriter({ ...kafkaConnection(kafka, 'produce'), clientId: 'hostvitals-doctor' })
  await writer.send(records, signal)
  return sentMs
}

/** Whether the row came in time; its host is then taken off the lists. Throws the store's errors. */
async function find(question: SendQuestion, location: StoreLocation): Promise<boolean> {
  const { measured, hostName, clock, signal } = question
  const { agentUid } = new DoctorAgent(hostName, measured.timeMs)
  await using store = await openStore(location, { durable: false })
  const untilMs = clock.monotonic() + patienceOf(question)
  for (;;) {
    const found = await findScrape(store, { agentUid, timeMs: measured.timeMs })
    if (found !== undefined) {
      await forgetHost(store, found.hostId, clock.now())
      return true
    }
    if (clock.monotonic() >= untilMs) return false
    await clock.sleep(askedEveryMs, signal)
  }
}
