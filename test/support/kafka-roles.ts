import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { Consumer, type ConsumerSummary } from '../../src/consumer.ts'
import { describeMachine } from '../../src/host/identity/machine.ts'
import type { KafkaConnection } from '../../src/kafka/client-options.ts'
import { gauge } from '../../src/metric/gauge.ts'
import { Producer } from '../../src/producer.ts'
import type { Clock } from '../../src/runtime/clock.ts'
import { nodeDisk } from '../../src/runtime/node-disk.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { EventLog } from './event-log.ts'
import { RetryClock } from './retry-clock.ts'
import { usualRetention } from '../../src/store/retention/keep-until.ts'

const roots = { proc: '/proc', sys: '/sys', root: '/' }

/** A connection of a test: a topic of its own. */
export function connectionTo(bootstrap: string, more: Partial<KafkaConnection> = {}): KafkaConnection {
  return { brokers: [bootstrap], topic: `t-${randomUUID()}`, clientId: 'test', ...more }
}

/** A role that runs, what it tells, and its clock. */
interface Running {
  readonly events: EventLog
  readonly clock: RetryClock
}

/** `produce`, running. Each round is one record with one sample. */
export interface RunningProducer extends Running, AsyncDisposable {
  /** Records that the spool has accepted. */
  readonly accepted: () => number
  /** Records that wait in the spool. */
  readonly spooled: () => number
  /** Ends it, flushed. */
  readonly stop: () => Promise<{ readonly spooledRecords: number }>
}

/** How an agent of a test runs. */
export interface ProducerWish {
  readonly folder: string
  readonly intervalMs?: number
  /** How long its end may wait for Kafka. */
  readonly flushMs?: number
  readonly clock?: Clock
}

/** Starts an agent that measures one gauge. */
export async function startProducer(
  kafka: KafkaConnection,
  { folder, intervalMs = 3_600_000, flushMs = 60_000, clock }: ProducerWish,
): Promise<RunningProducer> {
  const events = new EventLog()
  const retries = new RetryClock(clock)
  const seams = { clock: retries, disk: nodeDisk, random: systemRandom, emit: events.emit }
  let accepted = 0
  const agent = {
    stateFolder: join(folder, 'state'),
    intervalMs,
    metrics: [gauge('answer', () => 42)],
    host: { name: 'web-1', labels: {} },
    spool: { maxBytes: 1e8, keepFreeRatio: 0 },
    roots,
    machine: await describeMachine(roots),
    onRound: () => accepted++,
  }
  const producer = await Producer.open({ agent, kafka }, seams)
  const stopping = new AbortController()
  const running = producer.run(stopping.signal, flushMs)
  async function stop(): Promise<{ readonly spooledRecords: number }> {
    stopping.abort(new Error('the test is over'))
    return running
  }
  return {
    events,
    clock: retries,
    accepted: () => accepted,
    spooled: () => producer.agent.spool.depth.records,
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop()
      await producer[Symbol.asyncDispose]()
    },
  }
}

/** `consume`, running into a SQLite file. */
export interface RunningConsumer extends Running, AsyncDisposable {
  readonly consumer: Consumer
  /** Records and dead letters stored so far. */
  readonly stored: () => number
  /** Resolves when so many are stored. Throws with all that was told after two minutes. */
  readonly hasStored: (records: number) => Promise<void>
  readonly stop: () => Promise<ConsumerSummary>
}

/** Starts a consumer. Members of one group share `group` and the file. */
export async function startConsumer(
  kafka: KafkaConnection,
  {
    folder,
    group = `g-${kafka.topic}`,
    maxBufferedBytes = 1e7,
  }: { readonly folder: string; readonly group?: string; readonly maxBufferedBytes?: number },
): Promise<RunningConsumer> {
  const events = new EventLog()
  const clock = new RetryClock()
  const seams = { clock, disk: nodeDisk, random: systemRandom, emit: events.emit }
  const options = {
    kafka,
    group,
    store: { kind: 'sqlite', file: join(folder, 'metrics.db') },
    migrate: 'auto',
    retention: usualRetention,
    acceptForeign: true,
    maxBufferedBytes,
  } as const
  const consumer = await Consumer.open(options, seams)
  const stopping = new AbortController()
  const running = consumer.run(stopping.signal)
  async function stop(): Promise<ConsumerSummary> {
    stopping.abort(new Error('the test is over'))
    return running
  }
  function stored(): number {
    return events.all('ingest.stored').reduce((sum, { data }) => sum + data.records, 0)
  }
  return {
    events,
    clock,
    consumer,
    stored,
    hasStored: async (records) => {
      await events.until(() => (stored() >= records ? true : undefined), `${records} stored records`, 120_000)
    },
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop()
      await consumer[Symbol.asyncDispose]()
    },
  }
}
