import type { KafkaConfig } from '../../config/kafka-config.ts'
import { HostvitalsError } from '../../runtime/errors.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Random } from '../../runtime/random.ts'
import { findScrape, type FoundScrape } from '../../store/find-scrape.ts'
import { forgetHost } from '../../store/forget-host.ts'
import { openStore } from '../../store/open-store.ts'
import type { StoreLocation } from '../../store/store-location.ts'
import type { MetricStore } from '../../store/store.ts'
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
 * taken off the lists of hosts once its row is there; where that cannot be done from here, the last finding says what to type.
 * Throws the signal's reason when it aborts.
 */
export async function* sendAndFind(question: SendQuestion): AsyncGenerator<Finding> {
  const { location, signal } = question
  let isSent = false
  try {
    const sentMs = await send(question)
    isSent = true
    if (location === undefined) {
      yield finding('send', 'ok', `${sentText(question)}; whether they are stored is to be seen where the database is`)
    } else if (yield* findAndForget(question, location, sentMs)) return
  } catch (error) {
    if (!(error instanceof HostvitalsError)) {
      if (isSent && signal.aborted) yield stillListed(question)
      throw error
    }
    yield finding('send', 'problem', error.message, { nextStep: error.nextStep ?? null })
  }
  if (isSent) yield stillListed(question)
}

/** Returns whether the name is off the lists. Throws the store's errors, and the signal's reason when it aborts. */
async function* findAndForget(
  question: SendQuestion,
  location: StoreLocation,
  sentMs: number,
): AsyncGenerator<Finding, boolean> {
  const { clock } = question
  await using store = await openStore(location, { durable: false })
  const found = await find(question, store)
  if (found === undefined) {
    yield finding('send', 'problem', `${sentText(question)}; no row was there after ${patienceOf(question) / 1000} s`, {
      why: 'The topic took the record, so what stores it does not run, is behind, or writes into another database.',
      nextStep: 'See whether `hostvitals consume` runs and what its log says; `hostvitals status` tells the lag',
    })
    return false
  }
  const afterMs = Math.round(clock.now() - sentMs)
  yield finding('send', 'ok', `${sentText(question)}; its row was there after ${afterMs} ms`)
  try {
    await forgetHost(store, found.hostId, clock.now())
    return true
  } catch (error) {
    if (!(error instanceof HostvitalsError)) throw error
    // The way works: what failed is to tidy up behind it.
    yield finding('send', 'note', error.message, { nextStep: error.nextStep ?? null })
    return false
  }
}

/** What is left to do where the name could not be taken off the lists; by its uid, which needs no quotes. */
function stillListed({ hostName, measured }: SendQuestion): Finding {
  const { agentUid, name } = new DoctorAgent(hostName, measured.timeMs)
  return finding('send', 'note', `once its row is stored, ${name} is on the lists of hosts, and soon counts as down`, {
    nextStep: `To take it off, where the database is: hostvitals hosts forget ${agentUid}`,
  })
}

function sentText({ measured, kafka }: SendQuestion): string {
  return `sent ${measured.samples.length} numbers to ${kafka.topic}`
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

/** The row, where it came in time. Throws the store's errors, and the signal's reason when it aborts. */
async function find(question: SendQuestion, store: MetricStore): Promise<FoundScrape | undefined> {
  const { measured, hostName, clock, signal } = question
  const { agentUid } = new DoctorAgent(hostName, measured.timeMs)
  const untilMs = clock.monotonic() + patienceOf(question)
  for (;;) {
    const found = await findScrape(store, { agentUid, timeMs: measured.timeMs })
    if (found !== undefined || clock.monotonic() >= untilMs) return found
    await clock.sleep(askedEveryMs, signal)
  }
}
