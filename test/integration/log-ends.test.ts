import { Admin, Producer } from '@platformatic/kafka'
import { describe, expect, inject, it } from 'vitest'
import { listLogEnds } from '../../src/kafka/log-ends.ts'
import { until } from '../support/until.ts'
import { connectionTo } from '../support/kafka-roles.ts'

const nowMs = Date.now()
const bootstrapBrokers = [inject('kafkaBrokers')]

describe.skipIf(inject('kafkaBrokers') === '')('the ends of a real topic', () => {
  it('are told for each partition, and nothing is made or moved', async () => {
    const kafka = connectionTo(inject('kafkaBrokers'))
    await expect(listLogEnds(kafka, nowMs)).rejects.toMatchObject({ code: expect.stringMatching(/BROKER/) })
    const admin = new Admin({ clientId: 'test', bootstrapBrokers, retries: false })
    const producer = new Producer({ clientId: 'test', bootstrapBrokers, autocreateTopics: false, retries: false })
    try {
      expect(await admin.listTopics()).not.toContain(kafka.topic)
      await admin.createTopics({ topics: [kafka.topic], partitions: 3, replicas: 1 })
      const messages = [0, 0, 2].map((partition, at) => ({
        topic: kafka.topic,
        partition,
        value: Buffer.from('x'),
        timestamp: BigInt(nowMs + (at === 1 ? 0 : -60_000)),
      }))
      // A topic that has just been made may still be without leaders; a send that is tried again may write twice.
      await until('the topic has leaders', async () =>
        listLogEnds(kafka, nowMs).then(
          ({ partitions }) => partitions.length === 3 || undefined,
          () => undefined,
        ),
      )
      await producer.send({ messages })
      const { cluster, topic, partitions } = await listLogEnds(kafka, nowMs)
      expect([cluster.length > 0, topic]).toEqual([true, kafka.topic])
      expect(partitions.map(({ partition, earliestOffset }) => [partition, earliestOffset])).toEqual([
        [0, 0n],
        [1, 0n],
        [2, 0n],
      ])
      expect(partitions.map(({ endOffset }) => endOffset)).toEqual([2n, 0n, 1n])
      expect(partitions.map(({ sinceOffset }) => sinceOffset)).toEqual([1n, 0n, 1n])
    } finally {
      await producer.close()
      await admin.close()
    }
  })

  it('are refused in one sentence where the broker is away', async () => {
    const connection = { ...connectionTo('127.0.0.1:1') }
    await expect(listLogEnds(connection, nowMs)).rejects.toMatchObject({ code: 'HOSTVITALS_BROKER_UNAVAILABLE' })
  })
})
