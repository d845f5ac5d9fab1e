import { Admin } from '@platformatic/kafka'
import type { KafkaConnection } from '../src/kafka/client-options.ts'

/** Makes a topic with so many partitions. */
export async function makeTopic(connection: KafkaConnection, partitions: number): Promise<void> {
  await administered(connection, async (admin) => {
    await admin.createTopics({ topics: [connection.topic], partitions, replicas: 1 })
  })
}

/** What the topic takes on the broker's disk, packed as it was sent, with what the broker keeps of each batch. */
export async function topicBytes(connection: KafkaConnection): Promise<number> {
  const { topic } = connection
  return administered(connection, async (admin) => {
    const { topics } = await admin.metadata({ topics: [topic] })
    const partitions = Array.from({ length: topics.get(topic)?.partitionsCount ?? 0 }, (_, index) => index)
    const brokers = await admin.describeLogDirs({ topics: [{ name: topic, partitions }] })
    const found = brokers.flatMap(({ results }) => results.flatMap((folder) => folder.topics))
    return found
      .filter(({ name }) => name === topic)
      .flatMap((of) => of.partitions)
      .reduce((sum, { partitionSize }) => sum + Number(partitionSize), 0)
  })
}

/** With a connection of its own. */
async function administered<T>({ brokers, clientId }: KafkaConnection, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Admin({ clientId, bootstrapBrokers: [...brokers] })
  try {
    return await work(admin)
  } finally {
    await admin.close()
  }
}
