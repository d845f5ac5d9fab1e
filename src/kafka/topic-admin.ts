import { Admin } from '@platformatic/kafka'
import { BrokerRefusedError } from '../runtime/errors.ts'
import type { Emit } from '../runtime/events.ts'
import { clientOptions, type KafkaConnection } from './client-options.ts'
import { ConnectionWatch } from './connection-watch.ts'
import { toKafkaError } from './kafka-error.ts'

/** Makes the topic with the broker's own defaults where it is missing. Throws BrokerRefusedError with the command to run where that is not allowed. */
export async function ensureTopic(connection: KafkaConnection, emit: Emit): Promise<void> {
  const { topic } = connection
  // Small requests only, so that a broker that is reached and silent is told soon.
  const admin = new Admin({ ...(await clientOptions(connection)), requestTimeout: 4000 })
  const watch = new ConnectionWatch()
  watch.watch(admin.connections)
  try {
    if ((await admin.listTopics()).includes(topic)) return
    try {
      await admin.createTopics({ topics: [topic], partitions: -1, replicas: -1 })
      emit('kafka.topic-created', { topic })
    } catch (error) {
      // Another consumer may have been first.
      if ((await admin.listTopics()).includes(topic)) return
      throw refusedCreation(error, connection)
    }
  } catch (error) {
    throw toKafkaError(watch.explain(error), connection)
  } finally {
    await admin.close()
  }
}

function refusedCreation(error: unknown, connection: KafkaConnection): unknown {
  const refusal = toKafkaError(error, connection)
  if (!(refusal instanceof BrokerRefusedError)) return error
  const { brokers, topic } = connection
  return new BrokerRefusedError(
    `${brokers.join(', ')}: the topic ${topic} does not exist, or this user may not see it, and may not create it`,
    {
      cause: error,
      nextStep: `run kafka-topics.sh --bootstrap-server ${brokers[0]} --create --topic ${topic}, or grant DESCRIBE`,
    },
  )
}
