import { gzipSync, zstdCompressSync } from 'node:zlib'
import { Admin, compressionsAlgorithms } from '@platformatic/kafka'
import { describe, expect, inject, it } from 'vitest'
import type { KafkaConnection } from '../../src/kafka/client-options.ts'
import { TestAgent } from '../support/arrived-records.ts'
import { connectionTo, startConsumer } from '../support/kafka-roles.ts'
import { logBatchBytes, packAsJava, type LogRecordWish } from '../support/log-batches.ts'
import { produceRaw } from '../support/raw-produce.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'

const bootstrap = inject('kafkaBrokers')
/** More than a consumer unpacks of one batch. */
const bombBytes = 96 * 1024 * 1024

async function topicOfOne(): Promise<KafkaConnection> {
  const kafka = connectionTo(bootstrap)
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [bootstrap], retries: false })
  try {
    await admin.createTopics({
      topics: [kafka.topic],
      partitions: 1,
      replicas: 1,
      configs: [{ name: 'max.message.bytes', value: '8000000' }],
    })
  } finally {
    await admin.close()
  }
  return kafka
}

/** A good record of ours as a batch of its own. */
function goodBatch(seq: number): Buffer {
  const { key, value, headers } = new TestAgent().record(seq, Date.now())
  const list = Array.from(headers, ([name, bytes]) => [Buffer.from(name), bytes] as const)
  const record: LogRecordWish = { offsetDelta: 0, value, headers: list, ...(key === undefined ? {} : { key }) }
  return logBatchBytes({ records: [record], firstTimestamp: BigInt(Date.now()) })
}

/** Writes it, and again while the topic's leader is still being chosen. */
async function write(kafka: KafkaConnection, batch: Buffer): Promise<void> {
  let refusal: unknown
  await until(
    () => `the batch to be taken; ${String(refusal)}`,
    async () => {
      try {
        await produceRaw(bootstrap, kafka.topic, batch)
        return true
      } catch (error) {
        refusal = error
        return undefined
      }
    },
    20_000,
  )
}

const bomb = { offsetDelta: 0, value: new Uint8Array(bombBytes) }
const { lz4, snappy } = compressionsAlgorithms

describe.skipIf(bootstrap === '')('what a broker takes and a consumer cannot unpack', () => {
  it.each([
    ['gzip', 1, (bytes: Buffer) => gzipSync(bytes)],
    ['snappy', 2, (bytes: Buffer) => packAsJava(bytes, snappy.compressSync, 1_000_000)],
    ['lz4', 3, (bytes: Buffer) => lz4.compressSync(bytes)],
    ['zstd', 4, (bytes: Buffer) => zstdCompressSync(bytes)],
  ])('a bomb of %s is one dead letter, whole, and what stands behind it is stored', async (name, attributes, pack) => {
    await using folder = await temporaryFolder('bomb')
    const kafka = await topicOfOne()
    await write(kafka, goodBatch(1))
    const bytes = logBatchBytes({ records: [bomb], firstTimestamp: BigInt(Date.now()), attributes, pack })
    await write(kafka, bytes)
    await write(kafka, goodBatch(2))
    await using consumer = await startConsumer(kafka, { folder: folder.path })
    const { data } = await consumer.events.heard('ingest.dead-letter')
    expect(data).toMatchObject({ reason: 'batch', offset: '1', partition: 0 })
    expect(data.error).toContain(`offsets 1 to 1, packed with ${name}`)
    await consumer.hasStored(2)
    await consumer.stop()
    expect(consumer.events.all('kafka.failing')).toEqual([])
    const { codec, database } = consumer.consumer.store
    const [letter, ...others] = await database.selectFrom('dead_letter').select('payload').execute()
    expect(others).toEqual([])
    // A broker writes the offset and its own epoch into the head, which no checksum covers.
    const kept = letter === undefined ? Buffer.alloc(0) : Buffer.from(codec.bytesValue(letter.payload))
    expect(kept.subarray(16).equals(bytes.subarray(16))).toBe(true)
    const positions = await database.selectFrom('kafka_position').select('next_offset').execute()
    expect(positions.map((row) => codec.bigintValue(row.next_offset))).toEqual([3n])
  })
})
