import { Admin } from '@platformatic/kafka'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { KafkaConnection } from '../../src/kafka/client-options.ts'
import { TestAgent } from '../support/arrived-records.ts'
import { type KafkaBroker, startKafkaBroker } from '../support/kafka-broker.ts'
import { connectionTo, type RunningConsumer, startConsumer, startProducer } from '../support/kafka-roles.ts'
import { logBatchBytes } from '../support/log-batches.ts'
import { produceRaw } from '../support/raw-produce.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'

/** A good record of an agent as a batch of its own, into one partition. */
async function write(bootstrap: string, kafka: KafkaConnection, partition: number, seq: number): Promise<void> {
  const agent = new TestAgent({ agentUid: `a0000000-0000-4000-8000-00000000000${partition}` })
  const { key, value, headers } = agent.record(seq, Date.now())
  const list = Array.from(headers, ([name, bytes]) => [Buffer.from(name), bytes] as const)
  const record = { offsetDelta: 0, value, headers: list, ...(key === undefined ? {} : { key }) }
  const batch = logBatchBytes({ records: [record], firstTimestamp: BigInt(Date.now()) })
  let refusal: unknown
  await until(
    () => `the batch to be taken; ${String(refusal)}`,
    async () => {
      try {
        await produceRaw(bootstrap, kafka.topic, batch, partition)
        return true
      } catch (error) {
        refusal = error
        return undefined
      }
    },
    30_000,
  )
}

async function storedSeqs({ consumer }: RunningConsumer): Promise<readonly number[]> {
  const rows = await consumer.store.database.selectFrom('scrape').select('seq').orderBy('seq').execute()
  return rows.map(({ seq }) => Number(seq))
}

describe.skipIf(inject('kafkaJars') === '')('a cluster of two brokers', () => {
  let first: KafkaBroker
  let second: KafkaBroker

  beforeAll(async () => {
    first = await startKafkaBroker()
    second = await startKafkaBroker({ joins: { ...first.cluster, nodeId: 2 } })
  }, 120_000)

  afterAll(async () => {
    await second.stop()
    await first.stop()
  })

  async function topicWith(assignments: readonly (readonly number[])[]): Promise<KafkaConnection> {
    const kafka = connectionTo(first.bootstrap, { brokers: [first.bootstrap, second.bootstrap] })
    const admin = new Admin({ clientId: 'test', bootstrapBrokers: [first.bootstrap], retries: false })
    try {
      await admin.createTopics({
        topics: [kafka.topic],
        partitions: -1,
        replicas: -1,
        assignments: assignments.map((brokers, partition) => ({ partition, brokers: [...brokers] })),
      })
    } finally {
      await admin.close()
    }
    return kafka
  }

  it('whose one broker is killed: its partition waits and is told, the other is read on, and nothing is lost', async () => {
    await using folder = await temporaryFolder('leaderless')
    const kafka = await topicWith([[1], [2]])
    // The group's own topic is made on the broker that stays, the only one there is yet to be asked.
    for (const partition of [0, 1]) await write(first.bootstrap, kafka, partition, 1)
    await using consumer = await startConsumer({ ...kafka, brokers: [first.bootstrap] }, { folder: folder.path })
    await consumer.hasStored(2)
    await second.kill()
    const waits = await consumer.events.heard('kafka.partitions-waiting')
    expect(waits.data.partitions).toEqual([1])
    await write(first.bootstrap, kafka, 0, 2)
    await consumer.hasStored(3)
    await second.start()
    await write(first.bootstrap, kafka, 1, 2)
    await consumer.hasStored(4)
    expect(await storedSeqs(consumer)).toEqual([1, 1, 2, 2])
  })

  it('whose leader changes: producer and consumer go on, nothing lost and nothing twice', async () => {
    await using folder = await temporaryFolder('leader')
    const kafka = await topicWith([[2, 1]])
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
  })

  it('that is frozen is told within five seconds, and read on when it wakes', async () => {
    await using folder = await temporaryFolder('frozen')
    const kafka = await topicWith([[1]])
    await write(first.bootstrap, kafka, 0, 1)
    await using consumer = await startConsumer({ ...kafka, brokers: [first.bootstrap] }, { folder: folder.path })
    await consumer.hasStored(1)
    first.freeze()
    const frozenAt = performance.now()
    const { data } = await consumer.events.heard('kafka.failing')
    expect(performance.now() - frozenAt).toBeLessThan(5500)
    expect(data.reason).toContain('the broker does not answer')
    first.thaw()
    await write(first.bootstrap, kafka, 0, 2)
    await consumer.hasStored(2)
    expect(await storedSeqs(consumer)).toEqual([1, 2])
  })
})
