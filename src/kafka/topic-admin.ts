import { Admin } from '@platformatic/kafka'
import { BrokerRefusedError, describeError } from '../runtime/errors.ts'
import type { Emit } from '../runtime/events.ts'
import { clientOptions, type KafkaConnection } from './client-options.ts'
import { toKafkaError } from './kafka-error.ts'

/** Makes the topic with the broker's own defaults where it is missing. Throws BrokerRefusedError with the command to run where that is not allowed. */
export async function ensureTopic(connection: KafkaConnection, emit: Emit): Promise<void> {
  const { topic, brokers } = connection
  const admin = new Admin(await clientOptions(connection))
  try {
    if ((await admin.listTopics()).includes(topic)) return
    try {
      await admin.createTopics({ topics: [topic], partitions: -1, replicas: -1 })
      emit('kafka.topic-created', { topic })
    } catch (error) {
      // Another consumer may have been first.
      if ((await admin.listTopics()).includes(topic)) return
      throw new BrokerRefusedError(`the topic ${topic} is missing and may not be created: ${describeError(error)}`, {
        cause: error,
        nextStep: `run kafka-topics.sh --bootstrap-server ${brokers[0]} --create --topic ${topic}`,
      })
    }
  } catch (error) {
    throw toKafkaError(error, brokers)
  } finally {
    await admin.close()
  }
}
