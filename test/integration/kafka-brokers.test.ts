import { describe, expect, inject, it } from 'vitest'
import { tolerantConsumer } from '../../src/kafka/tolerant-consumer.ts'
import { startKafkaBroker } from '../support/kafka-broker.ts'
import { startKafkaCluster } from '../support/kafka-cluster.ts'
import { connectionTo, type RunningConsumer, startConsumer, startProducer } from '../support/kafka-roles.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { writeAgentRecord } from '../support/write-agent-record.ts'

async function storedSeqs({ consumer }: RunningConsumer): Promise<readonly number[]> {
  const rows = await consumer.store.database.selectFrom('scrape').select('seq').orderBy('seq').execute()
  return rows.map(({ seq }) => Number(seq))
}

/** Each test starts brokers of its own, which on a busy machine takes minutes. */
const brokersMs = 600_000

describe.skipIf(inject('kafkaJars') === '')('a cluster of two brokers', () => {
  it(
    'whose one broker is killed: its partition waits and is told, the other is read on, and nothing is lost',
    async () => {
      await using folder = await temporaryFolder('leaderless')
      await using cluster = await startKafkaCluster([1])
      const { first, second } = cluster
      const kafka = connectionTo(first.bootstrap)
      const write = (partition: number, seq: number): Promise<void> =>
        writeAgentRecord(first.bootstrap, { topic: kafka.topic, partition, seq })
      await cluster.makeTopic(kafka.topic, [[1], [2]])
      for (const partition of [0, 1]) await write(partition, 1)
      await using consumer = await startConsumer(kafka, { folder: folder.path })
      await consumer.hasStored(2)
      await second.kill()
      const waits = await consumer.events.heard('kafka.partitions-waiting')
      expect(waits.data.partitions).toEqual([1])
      await write(0, 2)
      await consumer.hasStored(3)
      await second.start()
      await write(1, 2)
      await consumer.hasStored(4)
      expect(await storedSeqs(consumer)).toEqual([1, 1, 2, 2])
    },
    brokersMs,
  )

  it(
    'whose leader, of the topic and of the groups, changes: producer and consumer go on, nothing lost and nothing twice',
    async () => {
      await using folder = await temporaryFolder('leader')
      await using cluster = await startKafkaCluster([2, 1])
      const { first, second } = cluster
      const kafka = connectionTo(first.bootstrap, { brokers: [first.bootstrap, second.bootstrap] })
      await cluster.makeTopic(kafka.topic, [[2, 1]])
      await using producer = await startProducer(kafka, { folder: folder.path, intervalMs: 100 })
      await using consumer = await startConsumer(kafka, { folder: folder.path })
      await consumer.hasStored(10)
      await second.kill()
      const before = producer.accepted()
      await consumer.hasStored(before + 10)
      await second.start()
      await consumer.hasStored(before + 20)
      expect(await producer.stop()).toEqual({ spooledRecords: 0 })
      const accepted = producer.accepted()
      await consumer.hasStored(accepted)
      expect(await storedSeqs(consumer)).toEqual(Array.from({ length: accepted }, (_, at) => at + 1))
      expect(consumer.stored()).toBe(accepted)
    },
    brokersMs,
  )

  it(
    'whose broker for the groups goes away for good: a member asks who is there instead, and stays a member',
    async () => {
      await using cluster = await startKafkaCluster([2, 1])
      const { first, second } = cluster
      const { topic, clientId } = connectionTo(first.bootstrap)
      await cluster.makeTopic(topic, [[1]])
      const consumer = tolerantConsumer({
        clientId,
        bootstrapBrokers: [first.bootstrap],
        retries: false,
        groupId: topic,
        // Its heart does not beat within this test: nothing but the map of the brokers tells it.
        sessionTimeout: 600_000,
        rebalanceTimeout: 600_000,
        heartbeatInterval: 500_000,
      })
      try {
        consumer.topics.track(topic)
        await until('the group to be joined', async () => {
          await consumer.joinGroup({})
          return true
        })
        expect(consumer.coordinatorId).toBe(2)
        await second.kill()
        await until('the broker to be gone from the map', async () => {
          const { brokers } = await consumer.metadata({ topics: [topic], forceUpdate: true })
          return brokers.has(2) ? undefined : true
        })
        await until('a position to be told', async () => {
          await consumer.commit({ offsets: [{ topic, partition: 0, offset: 1n, leaderEpoch: -1 }] })
          return true
        })
        expect(consumer.coordinatorId).toBe(1)
      } finally {
        await consumer.close(true)
      }
    },
    brokersMs,
  )
})

describe.skipIf(inject('kafkaJars') === '')('a broker', () => {
  it(
    'that is frozen is told within five seconds, and read on when it wakes',
    async () => {
      await using folder = await temporaryFolder('frozen')
      await using broker = await startKafkaBroker()
      const kafka = connectionTo(broker.bootstrap)
      const write = (seq: number): Promise<void> =>
        writeAgentRecord(broker.bootstrap, { topic: kafka.topic, partition: 0, seq })
      await using consumer = await startConsumer(kafka, { folder: folder.path })
      await write(1)
      await consumer.hasStored(1)
      // A slow start may have been told already.
      const told = consumer.events.all('kafka.failing').length
      broker.freeze()
      const frozenAt = performance.now()
      const { data } = await consumer.events.heard('kafka.failing', told + 1)
      expect(performance.now() - frozenAt).toBeLessThan(5500)
      expect(data.reason).toContain('the broker does not answer')
      broker.thaw()
      await write(2)
      await consumer.hasStored(2)
      expect(await storedSeqs(consumer)).toEqual([1, 2])
    },
    brokersMs,
  )
})
