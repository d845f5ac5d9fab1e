import { randomBytes } from 'node:crypto'
import { Admin, Producer } from '@platformatic/kafka'
import { describe, expect, inject, it } from 'vitest'
import type { KafkaConnection } from '../../src/kafka/client-options.ts'
import { kafkaNetwork } from '../../src/kafka/kafka-network.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import type { FetchedBatch, LogReaderOptions } from '../../src/runtime/network.ts'
import { recordsOfFleet } from '../support/fleet.ts'
import { connectionTo, startConsumer, startProducer } from '../support/kafka-roles.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { writeOnce } from '../support/write-to-new-topic.ts'

const hourMs = 3_600_000

async function administer(work: (admin: Admin) => Promise<unknown>): Promise<void> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [inject('kafkaBrokers')], retries: false })
  try {
    await work(admin)
  } finally {
    await admin.close()
  }
}

async function topicOf(partitions: number): Promise<KafkaConnection> {
  const kafka = connectionTo(inject('kafkaBrokers'))
  await administer((admin) => admin.createTopics({ topics: [kafka.topic], partitions, replicas: 1 }))
  return kafka
}

/** Reads from the begin until a batch is the last one wanted. */
async function read(
  kafka: KafkaConnection,
  isLast: (batch: FetchedBatch) => boolean,
  options: Partial<LogReaderOptions> = {},
): Promise<readonly FetchedBatch[]> {
  await using reader = kafkaNetwork(kafka, systemClock).reader({
    group: kafka.topic,
    maxBufferedBytes: 1e7,
    positions: async () => ({}),
    assigned: () => undefined,
    ...options,
  })
  const batches: FetchedBatch[] = []
  for await (const batch of reader.batches(AbortSignal.timeout(60_000))) {
    batches.push(batch)
    if (isLast(batch)) break
  }
  return batches
}

describe.skipIf(inject('kafkaBrokers') === '')('reading from and writing to a real Kafka', () => {
  it('two consumers of a group share the partitions, and store each record once', async () => {
    await using folder = await temporaryFolder('two')
    const kafka = await topicOf(6)
    await using first = await startConsumer(kafka, { folder: folder.path })
    await writeOnce(kafka, recordsOfFleet(20, 10))
    await first.hasStored(200)
    await using second = await startConsumer(kafka, { folder: folder.path })
    const shared = await second.events.heard('kafka.assigned')
    expect(shared.data.partitions).toHaveLength(3)
    const again = await first.events.until(
      () => first.events.all('kafka.assigned').find(({ data }) => data.partitions.length === 3),
      'a smaller share',
    )
    expect([...shared.data.partitions, ...again.data.partitions].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5])
    await writeOnce(kafka, recordsOfFleet(20, 30).slice(200))
    await first.events.until(() => (first.stored() + second.stored() >= 600 ? true : undefined), '600 records')
    await first.stop()
    await second.events.until(
      () => second.events.all('kafka.assigned').find(({ data }) => data.partitions.length === 6),
      'the whole topic',
    )
    await writeOnce(kafka, recordsOfFleet(20, 40).slice(600))
    await second.events.until(() => (first.stored() + second.stored() >= 800 ? true : undefined), '800 records')
    const { database } = second.consumer.store
    const rows = await database.selectFrom('scrape').select(['run_id', 'seq']).execute()
    expect(rows).toHaveLength(800)
    expect(new Set(rows.map(({ run_id, seq }) => [run_id, Number(seq)].join('/'))).size).toBe(800)
    expect(first.stored() + second.stored()).toBe(800)
    for (const role of [first, second]) expect(role.events.all('kafka.failing')).toEqual([])
    expect(await database.selectFrom('ingest_gap').selectAll().execute()).toEqual([])
  })

  it('partitions that are added while it reads are read too, also by a member that had none', async () => {
    await using folder = await temporaryFolder('added')
    const kafka = await topicOf(1)
    await using first = await startConsumer(kafka, { folder: folder.path })
    await first.events.heard('kafka.assigned')
    await using second = await startConsumer(kafka, { folder: folder.path })
    await second.events.heard('kafka.assigned')
    await administer((admin) => admin.createPartitions({ topics: [{ name: kafka.topic, count: 5 }] }))
    const shares = await second.events.until(() => {
      const newest = [first, second].map(({ events }) => events.all('kafka.assigned').at(-1)?.data.partitions ?? [])
      return newest.flat().length === 5 ? newest : undefined
    }, 'five partitions')
    expect(shares.flat().toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4])
    await writeOnce(kafka, recordsOfFleet(20, 5))
    await first.events.until(() => (first.stored() + second.stored() >= 100 ? true : undefined), '100 records')
    for (const role of [first, second]) expect(role.events.all('kafka.failing')).toEqual([])
  })

  it('passes by what transactions leave in the log: aborted records and marks that are no records', async () => {
    await using folder = await temporaryFolder('transactions')
    const kafka = await topicOf(1)
    const producer = new Producer({
      clientId: 'test',
      bootstrapBrokers: [inject('kafkaBrokers')],
      idempotent: true,
      transactionalId: kafka.topic,
    })
    const one = { topic: kafka.topic, value: Buffer.from('x') }
    try {
      const aborted = await producer.beginTransaction()
      await aborted.send({ messages: [one, one] })
      await aborted.abort()
      const committed = await producer.beginTransaction()
      await committed.send({ messages: [one] })
      await committed.commit()
      const last = await producer.beginTransaction()
      await last.send({ messages: [one] })
      await last.abort()
    } finally {
      await producer.close()
    }
    await using consumer = await startConsumer(kafka, { folder: folder.path })
    // Two aborted and their mark, one committed and its mark, one aborted and its mark.
    await consumer.events.until(
      () => (consumer.events.all('ingest.stored').length > 0 ? true : undefined),
      'a stored batch',
    )
    await consumer.stop()
    const { database } = consumer.consumer.store
    expect(
      (await database.selectFrom('kafka_position').select('next_offset').execute()).map((row) =>
        Number(row.next_offset),
      ),
    ).toEqual([7])
    expect(await database.selectFrom('dead_letter').select('error').execute()).toHaveLength(1)
    expect(consumer.events.all('ingest.stored')).toHaveLength(1)
  })

  it('holds no more than it may, unpacked, whatever waits in the topic', async () => {
    const kafka = await topicOf(4)
    const maxBufferedBytes = 400_000
    for (let sent = 0; sent < 40; sent++) await writeOnce(kafka, recordsOfFleet(50, 2))
    let records = 0
    const batches = await read(kafka, (batch) => (records += batch.records.length) >= 4000, { maxBufferedBytes })
    // All fetched at once would be 4000 records and far above it; after the first fetch the growth of zstd is known.
    const sizes = batches.map((batch) => batch.records.reduce((sum, { value }) => sum + value.length + 512, 0))
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(4 * maxBufferedBytes)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(maxBufferedBytes / 2)
  })

  it('lets no partition with much in it starve the others of the same broker', async () => {
    const kafka = await topicOf(2)
    // Nothing that could be packed, one batch of the log each, and each larger than what is asked for at once.
    const messages = Array.from({ length: 60 }, () => ({
      topic: kafka.topic,
      partition: 0,
      value: randomBytes(30_000),
    }))
    const producer = new Producer({ clientId: 'test', bootstrapBrokers: [inject('kafkaBrokers')] })
    try {
      for (const message of messages) await producer.send({ messages: [message] })
      await producer.send({ messages: [{ topic: kafka.topic, partition: 1, value: Buffer.from('waiting') }] })
    } finally {
      await producer.close()
    }
    const batches = await read(kafka, ({ partition }) => partition === 1, { maxBufferedBytes: 20_000 })
    expect(batches.length).toBeLessThan(10)
  })

  it('a seek goes before what was fetched ahead, and nothing is skipped', async () => {
    const kafka = await topicOf(1)
    for (let sent = 0; sent < 10; sent++) await writeOnce(kafka, recordsOfFleet(10, 1))
    await using reader = kafkaNetwork(kafka, systemClock).reader({
      group: kafka.topic,
      maxBufferedBytes: 1,
      positions: async () => ({}),
      assigned: () => undefined,
    })
    const offsets: bigint[] = []
    let sought = false
    for await (const batch of reader.batches(AbortSignal.timeout(60_000))) {
      offsets.push(...batch.records.map(({ offset }) => offset))
      if (!sought && batch.nextOffset >= 50n) {
        sought = true
        await reader.seek(kafka.topic, 0, 20n)
      }
      if (batch.nextOffset >= 100n) break
    }
    const upTo50 = Array.from({ length: 50 }, (_, at) => BigInt(at))
    const from20 = Array.from({ length: 80 }, (_, at) => BigInt(at + 20))
    expect(offsets).toEqual([...upTo50, ...from20])
  })

  it('what is read and not stored yet lags', async () => {
    const kafka = await topicOf(1)
    await writeOnce(kafka, recordsOfFleet(10, 5))
    await using reader = kafkaNetwork(kafka, systemClock).reader({
      group: kafka.topic,
      maxBufferedBytes: 1e7,
      positions: async () => ({ offset: 10n }),
      assigned: () => undefined,
    })
    const lags: (readonly [bigint, ReadonlyMap<number, number> | undefined])[] = []
    for await (const batch of reader.batches(AbortSignal.timeout(60_000))) {
      lags.push([batch.fromOffset, await reader.lags?.()])
      reader.commit(batch)
      lags.push([batch.nextOffset, await reader.lags?.()])
      if (batch.nextOffset >= 50n) break
    }
    expect(lags[0]).toEqual([10n, new Map([[0, 40]])])
    expect(lags).toEqual(lags.map(([offset]) => [offset, new Map([[0, 50 - Number(offset)]])]))
    expect(lags.at(-1)).toEqual([50n, new Map([[0, 0]])])
  })

  it('an agent whose clock is two hours fast is taken all the same, with the last time that the broker takes', async () => {
    await using folder = await temporaryFolder('fast')
    const kafka = await topicOf(1)
    const clock = { ...systemClock, now: () => Date.now() + 2 * hourMs }
    await using producer = await startProducer(kafka, { folder: folder.path, clock })
    await producer.events.heard('kafka.connected')
    expect(await producer.stop()).toEqual({ spooledRecords: 0 })
    expect(producer.events.all('kafka.failing')).toEqual([])
    expect(producer.events.all('kafka.refused-record')).toEqual([])
    const [batch] = await read(kafka, () => true)
    const aheadMs = (batch?.records[0]?.timestampMs ?? 0) - Date.now()
    expect(aheadMs).toBeGreaterThan(hourMs - 60_000)
    expect(aheadMs).toBeLessThanOrEqual(hourMs)
    // The measured time is kept as it was: an hour ahead is a dead letter, which can be replayed.
    await using consumer = await startConsumer(kafka, { folder: folder.path, group: 'of-its-own' })
    const { data } = await consumer.events.heard('ingest.dead-letter')
    expect(data.reason).toBe('ahead')
  })
})
