import { Admin } from '@platformatic/kafka'
import { type KafkaBroker, startKafkaBroker } from './kafka-broker.ts'

/** Two brokers beside other work on a small machine take their time. */
const readyWithinMs = 180_000

/** Two brokers of one test: the first, node 1, is the controller and is never to be killed; the second is node 2. */
export interface KafkaCluster extends AsyncDisposable {
  readonly first: KafkaBroker
  readonly second: KafkaBroker
  /** Makes a topic: for each partition the nodes that keep it, the leader first. */
  readonly makeTopic: (topic: string, nodes: readonly (readonly number[])[]) => Promise<void>
}

/**
 * Starts two real brokers. `groups` says which nodes keep what Kafka knows of the groups, the one that answers for them first:
 * left alone, Kafka puts it on either one, by chance.
 */
export async function startKafkaCluster(groups: readonly number[]): Promise<KafkaCluster> {
  const first = await startKafkaBroker({ readyWithinMs })
  const brokers = [first]
  async function stop(): Promise<void> {
    // The controller last: without it the other cannot say goodbye.
    for (const broker of brokers.toReversed()) await broker.stop()
  }
  try {
    const second = await startKafkaBroker({ readyWithinMs, joins: { ...first.cluster, nodeId: 2 } })
    brokers.push(second)
    await makeTopic(first, '__consumer_offsets', [groups], [{ name: 'cleanup.policy', value: 'compact' }])
    return {
      first,
      second,
      makeTopic: (topic, nodes) => makeTopic(first, topic, nodes),
      [Symbol.asyncDispose]: stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function makeTopic(
  { bootstrap }: KafkaBroker,
  topic: string,
  nodes: readonly (readonly number[])[],
  configs: { name: string; value: string }[] = [],
): Promise<void> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [bootstrap], retries: false })
  try {
    await admin.createTopics({
      topics: [topic],
      partitions: -1,
      replicas: -1,
      assignments: nodes.map((brokers, partition) => ({ partition, brokers: [...brokers] })),
      configs,
    })
  } finally {
    await admin.close()
  }
}
