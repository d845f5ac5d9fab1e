import { sentenceOf } from './cli/log/sentences.ts'
import { kafkaConnection } from './cli/kafka-connection.ts'
import { checkApplication } from './config/application.ts'
import type { KafkaInput } from './config/kafka-config.ts'
import { isTold, type LogLevel } from './config/log-level.ts'
import type { ProducerInput } from './config/producer-config.ts'
import { Producer } from './producer.ts'
import { callSite } from './runtime/call-site.ts'
import { systemClock } from './runtime/clock.ts'
import { describeError } from './runtime/errors.ts'
import type { Emit, EventName } from './runtime/events.ts'
import { nodeDisk } from './runtime/node-disk.ts'
import { systemRandom } from './runtime/random.ts'
import { readVersion } from './runtime/version.ts'
import { describeThisHost } from './this-host.ts'
import { lossesOf } from './vitals/losses.ts'
import { tellAll, Vitals } from './vitals/vitals.ts'

/** What `createProducer` takes: what `defineProducer` does, Kafka as `defineKafka` does, and a folder of its own. */
export interface ApplicationProducerInput extends ProducerInput {
  /** How to reach Kafka. */
  readonly kafka: KafkaInput
  /**
   * Where identity and queue are kept. It has one owner at a time: each process needs one of its own, and it must outlive
   * a restart. Relative to the working directory, as all paths here are.
   */
  readonly stateFolder: string
  /** Told what happens, from `logLevel` on. Without it, warnings and errors become warnings of the process. */
  readonly onEvent?: ((event: ProducerEvent) => void) | undefined
}

/** Something that happened inside a producer: Kafka is away, a metric failed. */
export interface ProducerEvent {
  readonly name: EventName
  readonly level: LogLevel
  /** One plain line: what happened and what to do. */
  readonly text: string
  readonly data: Readonly<Record<string, unknown>>
}

/** How a producer ended. */
export interface ProducerStopped {
  /** Not yet in Kafka; the next start with this state folder sends them. */
  readonly spooledRecords: number
}

/** A producer inside an application. Who calls while a start or stop is under way shares it. */
export interface ApplicationProducer extends AsyncDisposable {
  /**
   * Resolves once it measures; Kafka may be away. Throws ConfigurationError with all that is wrong in the options, or
   * StateFolderError; it may then be called again.
   */
  readonly start: () => Promise<void>
  /**
   * Takes what the instruments still hold, sends for at most five seconds, and closes; the rest waits on disk. Resolves
   * at once when it does not run. It may be started again.
   */
  readonly stop: () => Promise<ProducerStopped>
}

const roots = { proc: '/proc', sys: '/sys', root: '/' }
const flushMs = 5000

interface Running {
  readonly stop: AbortController
  readonly ended: Promise<ProducerStopped>
}

/**
 * Publishes an application's own metrics to Kafka, over a queue on disk of its own, so that neither a restart nor an
 * absent broker loses what was measured. Nothing happens before `start`; the process lives until `stop`. The application
 * is a host of its own in the database: give it a name or labels that tell it from the machine's agent.
 *
 * ```ts
 * import { counter, createProducer, gauge, timer } from 'hostvitals'
 *
 * const requests = counter('shop.requests', { unit: '{request}' })
 * const query = timer('shop.query')
 * const queue = gauge('shop.queue')
 * await using producer = createProducer({
 *   kafka: { brokers: ['localhost:9092'] },
 *   stateFolder: 'state',
 *   interval: '5s',
 *   host: { name: 'shop-1' },
 *   metrics: [requests, query, queue],
 * })
 * await producer.start()
 *
 * requests.add(1, { route: '/cart' })
 * queue.set(7)
 * const rows = await query.time(async () => database.query('select 1'))
 * ```
 */
export function createProducer(given: ApplicationProducerInput): ApplicationProducer {
  return new RestartableProducer(given, callSite(createProducer))
}

/** The states of `createProducer`: nothing, starting, running, stopping. */
class RestartableProducer implements ApplicationProducer {
  readonly #given: ApplicationProducerInput
  readonly #definedAt: string | undefined
  #running: Promise<Running> | undefined
  #stopping: Promise<ProducerStopped> | undefined

  constructor(given: ApplicationProducerInput, definedAt: string | undefined) {
    this.#given = { ...given }
    this.#definedAt = definedAt
  }

  start = async (): Promise<void> => {
    // Whoever stops it hears of a failure; here it only has to be over.
    await this.#stopping?.catch(() => undefined)
    this.#running ??= this.#open().catch((error: unknown) => {
      this.#running = undefined
      throw error
    })
    await this.#running
  }

  stop = async (): Promise<ProducerStopped> => {
    if (this.#running === undefined) return { spooledRecords: 0 }
    this.#stopping ??= this.#close(this.#running).finally(() => {
      this.#running = undefined
      this.#stopping = undefined
    })
    return this.#stopping
  };

  [Symbol.asyncDispose] = async (): Promise<void> => {
    await this.stop()
  }

  async #close(running: Promise<Running>): Promise<ProducerStopped> {
    const { stop, ended } = await running
    stop.abort(new Error('the application stops its producer'))
    return ended
  }

  async #open(): Promise<Running> {
    const { kafka: givenKafka, onEvent, ...givenProducer } = this.#given
    const place = { folder: process.cwd(), env: process.env }
    const {
      kafka,
      producer: configured,
      stateFolder,
    } = await checkApplication({ kafka: givenKafka, producer: givenProducer }, place, this.#definedAt)
    const vitals = new Vitals({ startedAtMs: Math.round(systemClock.now()), parts: ['agent'] })
    const emit = tellAll(vitals.observe, emitTo(onEvent ?? warnProcess, configured.logLevel))
    const thisHost = await describeThisHost(configured.host, roots, place.env, 'unless-configured')
    const agent = { ...configured, ...thisHost, stateFolder, roots, vitals }
    const seams = { clock: systemClock, disk: nodeDisk, random: systemRandom, emit }
    const producer = await Producer.open({ agent, kafka: kafkaConnection(kafka, 'produce') }, seams)
    emit('role.started', {
      role: 'application',
      version: readVersion(),
      facts: `host ${producer.agent.name} (${producer.agent.identity.agentUid}), ${configured.metrics.length} metrics, to ${kafka.topic} at ${kafka.brokers.join(', ')}, state in ${stateFolder}`,
    })
    const stop = new AbortController()
    const ended = run(producer, stop.signal, { emit, vitals })
    // Nobody may be waiting yet: the failure is told by an event, and `stop` throws it.
    ended.catch(() => undefined)
    return { stop, ended }
  }
}

async function run(
  producer: Producer,
  signal: AbortSignal,
  { emit, vitals }: { readonly emit: Emit; readonly vitals: Vitals },
): Promise<ProducerStopped> {
  try {
    await using owned = producer
    const stopped = await owned.run(signal, flushMs)
    emit('role.stopped', {
      role: 'application',
      facts: `${stopped.spooledRecords} records wait in the spool, ${lossesOf(vitals)}`,
    })
    return stopped
  } catch (error) {
    const nextStep = 'stop the producer, and start it again when that is mended'
    emit('role.failed', { role: 'application', reason: describeError(error), nextStep })
    throw error
  }
}

/** Hands on what is loud enough. An application's function that throws must not end the measuring. */
function emitTo(tell: (event: ProducerEvent) => void, least: LogLevel): Emit {
  return (name, data) => {
    const { level, text } = sentenceOf(name, data)
    if (!isTold(level, least)) return
    try {
      tell({ name, level, text, data: { ...data } })
    } catch (error) {
      process.emitWarning(`onEvent failed: ${describeError(error)}`, 'HostvitalsWarning')
    }
  }
}

function warnProcess({ level, text }: ProducerEvent): void {
  if (isTold(level, 'warn')) process.emitWarning(text, 'HostvitalsWarning')
}
