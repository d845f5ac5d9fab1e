import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Admin } from '@platformatic/kafka'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { startKafkaBroker, type KafkaBroker } from '../support/kafka-broker.ts'
import { connectionTo, startConsumer, startProducer, type RunningConsumer } from '../support/kafka-roles.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'

/** Every sequence number that was stored, of the one run there is, in order. */
async function storedSeqs({ consumer }: RunningConsumer): Promise<readonly number[]> {
  const rows = await consumer.store.database.selectFrom('scrape').select('seq').orderBy('seq').execute()
  return rows.map(({ seq }) => Number(seq))
}

function firstNumbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}

describe.skipIf(inject('kafkaJars') === '')('a Kafka that goes away', () => {
  let broker: KafkaBroker

  beforeAll(async () => {
    broker = await startKafkaBroker()
  })

  afterAll(async () => {
    await broker.stop()
  })

  async function administer(work: (admin: Admin) => Promise<unknown>): Promise<void> {
    const admin = new Admin({ clientId: 'test', bootstrapBrokers: [broker.bootstrap], retries: false })
    try {
      await work(admin)
    } finally {
      await admin.close()
    }
  }

  async function makeTopic(topic: string): Promise<void> {
    await administer((admin) => admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 }))
  }

  /** Removes the topic's records before this offset, as retention does. */
  async function cutOff(topic: string, offset: number): Promise<void> {
    const topics = [{ name: topic, partitions: [{ partition: 0, offset: BigInt(offset) }] }]
    await administer((admin) => admin.deleteRecords({ topics }))
  }

  it('is waited for at the start, and loses nothing when it is killed later', async () => {
    await using folder = await temporaryFolder('outage')
    const kafka = connectionTo(broker.bootstrap)
    await makeTopic(kafka.topic)
    await broker.kill()
    await using producer = await startProducer(kafka, { folder: folder.path, intervalMs: 100 })
    await using consumer = await startConsumer(kafka, { folder: folder.path })
    for (const role of [producer, consumer]) {
      const { data, afterMs } = await role.events.heard('kafka.failing')
      expect(data.reason).toContain('nobody listens at the broker’s address')
      expect(afterMs).toBeLessThan(5000)
      await role.clock.tries(3)
    }
    await broker.start()
    await producer.events.heard('kafka.connected')
    await consumer.hasStored(20)

    const toldBefore = performance.now()
    await broker.kill()
    for (const role of [producer, consumer]) {
      await role.events.heard('kafka.failing', 2)
      expect(performance.now() - toldBefore).toBeLessThan(5000)
      await role.clock.tries(8)
    }
    const before = producer.accepted()
    const depth = producer.spooled()
    await producer.events.until(() => (producer.spooled() > depth ? true : undefined), 'a growing spool')
    expect(producer.accepted()).toBeGreaterThan(before)
    expect(producer.events.all('kafka.failing')[1]?.data.spooledRecords).toBeGreaterThanOrEqual(0)

    await broker.start()
    await producer.events.heard('kafka.connected', 2)
    expect(await producer.stop()).toEqual({ spooledRecords: 0 })
    await consumer.hasStored(producer.accepted())
    expect(await storedSeqs(consumer)).toEqual(firstNumbers(producer.accepted()))
    expect(producer.events.all('kafka.failing')).toHaveLength(2)
    expect(consumer.events.all('kafka.failing')).toHaveLength(2)
    expect(await consumer.consumer.store.database.selectFrom('ingest_gap').selectAll().execute()).toEqual([])
    expect((await consumer.stop()).deadLetters).toBe(0)
  })

  it('is noticed within 5 s by an agent that has nothing to send', async () => {
    await using folder = await temporaryFolder('idle')
    const kafka = connectionTo(broker.bootstrap)
    await makeTopic(kafka.topic)
    await using producer = await startProducer(kafka, { folder: folder.path })
    await producer.events.heard('kafka.connected')
    const killedAt = performance.now()
    await broker.kill()
    await producer.events.heard('kafka.failing')
    expect(performance.now() - killedAt).toBeLessThan(5000)
    await broker.start()
    await producer.events.heard('kafka.connected', 2)
  })

  it('without the topic: the agent spools and says so, and goes on when a consumer has made it', async () => {
    await using folder = await temporaryFolder('no-topic')
    const kafka = connectionTo(broker.bootstrap)
    await using producer = await startProducer(kafka, { folder: folder.path })
    const { data, afterMs } = await producer.events.heard('kafka.failing')
    expect(data.reason).toContain(`the topic ${kafka.topic} does not exist`)
    expect(afterMs).toBeLessThan(5000)
    await producer.clock.tries(3)
    expect(producer.events.all('kafka.failing')).toHaveLength(1)
    expect(producer.spooled()).toBe(1)
    await using consumer = await startConsumer(kafka, { folder: folder.path })
    await consumer.events.heard('kafka.topic-created')
    await consumer.hasStored(1)
    expect(await producer.stop()).toEqual({ spooledRecords: 0 })
  })

  it('with a topic that was deleted and made anew: reading starts at the earliest, nothing is twice', async () => {
    await using folder = await temporaryFolder('anew')
    const kafka = connectionTo(broker.bootstrap)
    await using consumer = await startConsumer(kafka, { folder: folder.path })
    await using producer = await startProducer(kafka, { folder: folder.path, intervalMs: 100 })
    await consumer.hasStored(5)
    await administer((admin) => admin.deleteTopics({ topics: [kafka.topic] }))
    const gone = await consumer.events.heard('kafka.failing')
    expect(gone.data.reason).toContain(`the topic ${kafka.topic} does not exist`)
    await consumer.events.heard('kafka.topic-created', 2)
    const before = consumer.stored()
    await consumer.hasStored(before + 5)
    await producer.stop()
    const seqs = await storedSeqs(consumer)
    expect(new Set(seqs).size).toBe(seqs.length)
    expect(seqs.length).toBe(consumer.stored())
    expect(consumer.events.all('kafka.truncated')).toEqual([])
  })

  it('with records cut off that were not read yet: that is told, the gap is noted, and reading goes on', async () => {
    await using folder = await temporaryFolder('cut')
    const kafka = connectionTo(broker.bootstrap)
    await using first = await startConsumer(kafka, { folder: folder.path })
    await using producer = await startProducer(kafka, { folder: folder.path, intervalMs: 50 })
    await first.hasStored(1)
    await first.stop()
    const stored = first.stored()
    const accepted = await producer.events.until(
      () => (producer.accepted() > stored + 10 && producer.spooled() === 0 ? producer.accepted() : undefined),
      'records that were sent and not read',
    )
    await cutOff(kafka.topic, accepted - 3)
    await using second = await startConsumer(kafka, { folder: folder.path })
    const { data } = await second.events.heard('kafka.truncated')
    expect(data).toEqual({ topic: kafka.topic, partition: 0, from: String(stored), to: String(accepted - 3) })
    await second.hasStored(1)
    const gaps = await second.consumer.store.database
      .selectFrom('ingest_gap')
      .select(['from_seq', 'to_seq', 'state', 'reason'])
      .execute()
    expect(gaps).toEqual([{ from_seq: stored + 1, to_seq: accepted - 3, state: 'lost', reason: 'kafka' }])
    expect(second.events.all('kafka.failing')).toEqual([])
  })

  it('with records cut off while reading lags: that is told, and it is no failure of the broker', async () => {
    await using folder = await temporaryFolder('cut-while-reading')
    const kafka = connectionTo(broker.bootstrap)
    // So little that each fetch brings one batch of the log.
    await using consumer = await startConsumer(kafka, { folder: folder.path, maxBufferedBytes: 1 })
    await using producer = await startProducer(kafka, { folder: folder.path, intervalMs: 50 })
    await consumer.hasStored(1)
    using lock = new DatabaseSync(join(folder.path, 'metrics.db'))
    // Not waited for in SQLite: the consumer's transaction needs this very thread to come to its end.
    await until('the lock on the database', async () => {
      lock.exec('BEGIN IMMEDIATE')
      return true
    })
    const stored = consumer.stored()
    const accepted = await producer.events.until(
      () => (producer.accepted() > stored + 20 && producer.spooled() === 0 ? producer.accepted() : undefined),
      'records that were sent and not stored',
    )
    await cutOff(kafka.topic, accepted - 3)
    lock.exec('ROLLBACK')
    const { data } = await consumer.events.heard('kafka.truncated')
    expect(data.to).toBe(String(accepted - 3))
    await consumer.hasStored(consumer.stored() + 3)
    expect(consumer.events.all('kafka.failing')).toEqual([])
    await producer.stop()
    const seqs = await storedSeqs(consumer)
    expect(new Set(seqs).size).toBe(seqs.length)
  })
})
