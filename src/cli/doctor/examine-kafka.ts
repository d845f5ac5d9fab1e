import { parseHostPort } from '../../config/host-port.ts'
import type { KafkaConfig } from '../../config/kafka-config.ts'
import type { AdvertisedBroker, BrokerAddress, ProbedBroker } from '../../kafka/probe-broker.ts'
import type { KafkaConnection } from '../../kafka/client-options.ts'
import type { Clock } from '../../runtime/clock.ts'
import { HostvitalsError } from '../../runtime/errors.ts'
import { kafkaConnection } from '../kafka-connection.ts'
import { examineTopic, type TopicUse } from './examine-topic.ts'
import { finding, type Finding } from './finding.ts'

/** What is looked at, by whose clock, and what the topic is for here. */
export interface KafkaQuestion {
  readonly kafka: KafkaConfig
  readonly use: TopicUse
  readonly clock: Clock
}

interface Reached {
  readonly at: BrokerAddress
  readonly probed: ProbedBroker
}

/**
 * Looks at every broker that the configuration names, then at every one that these send their clients to (what a broker
 * advertises need not be to be reached from here, and then only the first connection works), then at the topic.
 */
export async function* examineKafka({ kafka, use, clock }: KafkaQuestion): AsyncGenerator<Finding> {
  const connection = { ...kafkaConnection(kafka, 'consume'), clientId: 'hostvitals-doctor' }
  const reached: Reached[] = []
  for (const broker of kafka.brokers) {
    const at = parseHostPort(broker)
    // The configuration's own check has refused what is none.
    if (at === undefined) continue
    const probed = await tried(connection, at, clock)
    if (probed instanceof HostvitalsError) {
      yield finding('kafka', 'problem', probed.message, { nextStep: probed.nextStep ?? null })
      continue
    }
    reached.push({ at, probed })
    const secured = [...(kafka.tls === undefined ? [] : ['TLS']), kafka.sasl?.mechanism ?? 'SASL not used']
    yield finding('kafka', 'ok', `${broker} answers (${Math.round(probed.tookMs)} ms; ${secured.join(', ')})`)
  }
  const [first] = reached
  if (first === undefined) {
    yield finding('kafka', 'unchecked', `topic ${kafka.topic}: not looked at, no broker was reached`)
    return
  }
  let isUsable = true
  for await (const each of examineAdvertised(connection, first, { kafka, clock })) {
    isUsable &&= each.state !== 'problem'
    yield each
  }
  if (isUsable) yield* examineTopic(connection, first.at, use)
  else yield finding('kafka', 'unchecked', `topic ${kafka.topic}: not looked at, mend the above first`)
}

async function* examineAdvertised(
  connection: KafkaConnection,
  { at, probed: { advertised, cluster } }: Reached,
  { kafka, clock }: Pick<KafkaQuestion, 'kafka' | 'clock'>,
): AsyncGenerator<Finding> {
  const usable: string[] = []
  for (const broker of advertised) {
    const address = addressOf(broker)
    const probed = await tried(connection, broker, clock)
    if (probed instanceof HostvitalsError) {
      const reason = probed.message.replace(`${address}: `, '')
      yield unusable(kafka, broker, `which cannot be used from here: ${reason}`, addressOf(at))
    } else if (probed.cluster !== cluster) {
      yield unusable(kafka, broker, 'where a broker of another cluster answers', addressOf(at))
    } else usable.push(address)
  }
  if (usable.length === advertised.length) {
    const all = usable.length === 1 ? 'the broker answers' : `all ${usable.length} brokers answer`
    yield finding('kafka', 'ok', `${all} where clients are sent to: ${usable.join(', ')}`)
  }
}

function unusable(kafka: KafkaConfig, broker: AdvertisedBroker, what: string, reachedAt: string): Finding {
  const protocol = `${kafka.sasl === undefined ? '' : 'SASL_'}${kafka.tls === undefined ? 'PLAINTEXT' : 'SSL'}`
  return finding('kafka', 'problem', `broker ${broker.id} advertises ${addressOf(broker)}, ${what}`, {
    why: `The first connection, to ${reachedAt}, works; then clients are sent to the address that the broker advertises.`,
    nextStep: `On the broker: advertised.listeners=${protocol}://${reachedAt} (in Docker: a further listener for clients outside), or make ${broker.host} known and open here`,
  })
}

/** What the broker says, or why it says nothing. */
async function tried(
  connection: KafkaConnection,
  at: BrokerAddress,
  clock: Clock,
): Promise<ProbedBroker | HostvitalsError> {
  // Only now, so that who needs no Kafka loads no client.
  const { probeBroker } = await import('../../kafka/probe-broker.ts')
  try {
    return await probeBroker(connection, at, clock)
  } catch (error) {
    if (error instanceof HostvitalsError) return error
    throw error
  }
}

function addressOf({ host, port }: BrokerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
