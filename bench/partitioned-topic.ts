import { Admin } from '@platformatic/kafka'
import type { KafkaConnection } from '../src/kafka/client-options.ts'

/** Makes a topic with so many partitions. */
export async function makeTopic({ brokers, topic, clientId }: KafkaConnection, partitions: number): Promise<void> {
  const admin = new Admin({ clientId, bootstrapBrokers: [...brokers] })
  try {
    await admin.createTopics({ topics: [topic], partitions, replicas: 1 })
  } finally {
    await admin.close()
  }
}
