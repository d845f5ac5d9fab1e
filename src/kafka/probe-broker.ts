import { ConnectionPool, metadataV9 } from '@platformatic/kafka'
import type { Clock } from '../runtime/clock.ts'
import { clientOptions, type KafkaConnection } from './client-options.ts'
import { ConnectionWatch } from './connection-watch.ts'
import { toKafkaError } from './kafka-error.ts'

/** Where a broker can be asked. */
export interface BrokerAddress {
  readonly host: string
  readonly port: number
}

/** A broker as the cluster names it to its clients. */
export interface AdvertisedBroker extends BrokerAddress {
  readonly id: number
}

/** What one broker answered at one address. */
export interface ProbedBroker {
  /** Connecting, and signing in where that is asked for. */
  readonly tookMs: number
  readonly cluster: string
  /** Where it sends its clients, whichever address they came by. */
  readonly advertised: readonly AdvertisedBroker[]
}

/** What this user may do with the topic; undefined where the broker does not say. */
export interface ProbedTopic {
  readonly partitions: number
  readonly mayRead: boolean | undefined
  readonly mayWrite: boolean | undefined
}

/** Whoever looks at the way does not wait for a silent broker. */
const answerMs = 4000
/** `AclOperation` of Kafka: the bits of what a user may do, and what stands there where nobody said it. */
const [read, write, untold] = [1 << 3, 1 << 4, -2_147_483_648]

/** Asks the broker at this address, and no other one. Throws BrokerUnavailableError or BrokerRefusedError. */
export async function probeBroker(
  connection: KafkaConnection,
  address: BrokerAddress,
  clock: Clock,
): Promise<ProbedBroker> {
  return withBroker(connection, address, async (pool) => {
    const beganMs = clock.monotonic()
    const { brokers, clusterId } = await metadataV9.api.async(await pool.get(address), [], false, false, false)
    const advertised = brokers.map(({ nodeId, host, port }) => ({ id: nodeId, host, port }))
    return { tookMs: clock.monotonic() - beganMs, cluster: clusterId ?? '', advertised }
  })
}

/** Asks the broker at this address for the topic. Throws as `probeBroker`; of a topic that is not there, or not to be seen, too. */
export async function probeTopic(connection: KafkaConnection, address: BrokerAddress): Promise<ProbedTopic> {
  return withBroker(connection, address, async (pool) => {
    const { topics } = await metadataV9.api.async(await pool.get(address), [connection.topic], false, true, false)
    const { partitions = [], topicAuthorizedOperations: may = untold } = topics[0] ?? {}
    const isTold = may !== untold
    return {
      partitions: partitions.length,
      mayRead: isTold ? (may & read) !== 0 : undefined,
      mayWrite: isTold ? (may & write) !== 0 : undefined,
    }
  })
}

async function withBroker<T>(
  connection: KafkaConnection,
  { host, port }: BrokerAddress,
  ask: (pool: ConnectionPool) => Promise<T>,
): Promise<T> {
  const options = await clientOptions(connection)
  const pool = new ConnectionPool(connection.clientId, { ...options, requestTimeout: answerMs })
  const watch = new ConnectionWatch()
  watch.watch(pool)
  try {
    return await ask(pool)
  } catch (error) {
    throw toKafkaError(watch.explain(error), { brokers: [`${host}:${port}`], topic: connection.topic })
  } finally {
    await pool.close()
  }
}
