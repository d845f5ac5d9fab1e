import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  AclOperations,
  AclPermissionTypes,
  type AclOperationValue,
  Admin,
  ResourcePatternTypes,
  ResourceTypes,
  type ResourceTypeValue,
} from '@platformatic/kafka'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { KafkaConnection } from '../../src/kafka/client-options.ts'
import { connectionTo, startConsumer, startProducer } from '../support/kafka-roles.ts'
import { kafkaUsers, startSecureKafkaBroker, type SecureKafkaBroker } from '../support/secure-kafka-broker.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

type Way = (broker: SecureKafkaBroker) => KafkaConnection

function sasl(
  mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512',
  password: string = kafkaUsers.alice,
): NonNullable<KafkaConnection['sasl']> {
  return { mechanism, username: 'alice', password: () => password }
}

const ways: readonly (readonly [name: string, way: Way])[] = [
  ['plaintext', ({ broker }) => connectionTo(broker.bootstrap)],
  ['TLS', ({ address, ca }) => connectionTo(address('TLS'), { tls: { ca } })],
  ['mutual TLS', ({ address, ca, client }) => connectionTo(address('MUTUAL'), { tls: { ca, ...client } })],
  ['SASL PLAIN over TLS', ({ address, ca }) => connectionTo(address('SASLTLS'), { tls: { ca }, sasl: sasl('plain') })],
  ['SASL PLAIN', ({ address }) => connectionTo(address('SASL'), { sasl: sasl('plain') })],
  ['SCRAM-SHA-256', ({ address }) => connectionTo(address('SASL'), { sasl: sasl('scram-sha-256') })],
  [
    'SCRAM-SHA-512 over TLS',
    ({ address, ca }) => connectionTo(address('SASLTLS'), { tls: { ca }, sasl: sasl('scram-sha-512') }),
  ],
]

const faults: readonly (readonly [name: string, says: string, way: Way])[] = [
  [
    'a CA that is not trusted',
    'the broker’s certificate is signed by a CA that is not trusted',
    ({ address, otherCa }) => connectionTo(address('TLS'), { tls: { ca: otherCa } }),
  ],
  [
    'a broker of a private CA, with the system’s CAs',
    'the broker’s certificate is signed by a CA that is not trusted',
    ({ address }) => connectionTo(address('TLS'), { tls: {} }),
  ],
  [
    'an expired certificate',
    'the broker’s certificate has expired',
    ({ address, ca }) => connectionTo(address('EXPIRED'), { tls: { ca } }),
  ],
  [
    'a certificate for another host',
    'the broker’s certificate is for another host name',
    ({ address, ca }) => connectionTo(address('OTHERNAME'), { tls: { ca } }),
  ],
  [
    'no client certificate',
    'the broker wants a client certificate that it trusts',
    ({ address, ca }) => connectionTo(address('MUTUAL'), { tls: { ca } }),
  ],
  [
    'a client certificate of another CA',
    'the broker wants a client certificate that it trusts',
    ({ address, ca, strangerClient }) => connectionTo(address('MUTUAL'), { tls: { ca, ...strangerClient } }),
  ],
  [
    'TLS to a plain port',
    'the port does not speak TLS',
    ({ broker, ca }) => connectionTo(broker.bootstrap, { tls: { ca } }),
  ],
  ['no TLS to a TLS port', 'the port speaks TLS and nothing else', ({ address }) => connectionTo(address('TLS'))],
  [
    'a password without TLS to a TLS port',
    'the port speaks TLS and nothing else',
    ({ address }) => connectionTo(address('SASLTLS'), { sasl: sasl('scram-sha-512') }),
  ],
  [
    'a wrong password, PLAIN',
    'the user name or password is wrong',
    ({ address }) => connectionTo(address('SASL'), { sasl: sasl('plain', 'wrong') }),
  ],
  [
    'a wrong password, SCRAM-SHA-256',
    'the user name or password is wrong',
    ({ address }) => connectionTo(address('SASL'), { sasl: sasl('scram-sha-256', 'wrong') }),
  ],
  [
    'a wrong password, SCRAM-SHA-512 over TLS',
    'the user name or password is wrong',
    ({ address, ca }) => connectionTo(address('SASLTLS'), { tls: { ca }, sasl: sasl('scram-sha-512', 'wrong') }),
  ],
  [
    'a mechanism that is not offered',
    'the listener does not offer this SASL mechanism',
    ({ address }) => connectionTo(address('PLAINONLY'), { sasl: sasl('scram-sha-512') }),
  ],
  [
    'a password where none is asked for',
    'the listener does not ask for a password',
    ({ broker }) => connectionTo(broker.bootstrap, { sasl: sasl('plain') }),
  ],
  [
    'no password where one is asked for',
    'the broker closed the connection',
    ({ address }) => connectionTo(address('SASL')),
  ],
  ['nobody at the port', 'nobody listens at the broker’s address', () => connectionTo('127.0.0.1:1')],
  ['a name that does not exist', 'the broker’s name cannot be resolved', () => connectionTo('kafka.invalid:9092')],
]

describe.skipIf(inject('kafkaJars') === '')('a secure Kafka', () => {
  let secure: SecureKafkaBroker

  beforeAll(async () => {
    secure = await startSecureKafkaBroker()
  })

  afterAll(async () => {
    await secure[Symbol.asyncDispose]()
  })

  it.each(ways)('carries a record over %s', async (name, way) => {
    await using folder = await temporaryFolder(name)
    const kafka = way(secure)
    await using consumer = await startConsumer(kafka, { folder: folder.path })
    await using producer = await startProducer(kafka, { folder: folder.path })
    await consumer.hasStored(1)
    expect(await producer.stop()).toEqual({ spooledRecords: 0 })
    expect(await consumer.stop()).toEqual({ storedRecords: 1, storedSamples: 1, duplicates: 0, deadLetters: 0 })
  })

  it.each(faults)('tells %s in one line within 5 s, and keeps trying', async (name, says, way) => {
    await using folder = await temporaryFolder(name)
    const kafka = way(secure)
    await using producer = await startProducer(kafka, { folder: folder.path, flushMs: 0 })
    await using consumer = await startConsumer(kafka, { folder: folder.path })
    for (const role of [producer, consumer]) {
      const { data, afterMs } = await role.events.heard('kafka.failing')
      expect(data.reason).toBe(`${kafka.brokers[0]}: ${says}`)
      expect(data.nextStep).toMatch(/\w/)
      expect(afterMs).toBeLessThan(5000)
      await role.clock.tries(3)
      expect(role.events.all('kafka.failing')).toHaveLength(1)
      expect(role.events.all('kafka.connected')).toEqual([])
    }
    expect(await producer.stop()).toEqual({ spooledRecords: 1 })
  })

  it('tells which right is missing, and goes on when it is granted', async () => {
    await using folder = await temporaryFolder('rights')
    const bob = { mechanism: 'scram-sha-512', username: 'bob', password: () => kafkaUsers.bob } as const
    const kafka = connectionTo(secure.address('SASL'), { sasl: bob })
    const group = `g-${kafka.topic}`
    await using consumer = await startConsumer(kafka, { folder: folder.path, group })
    await using producer = await startProducer(kafka, { folder: folder.path, flushMs: 5000 })
    const noRight = `this user lacks a right on the topic ${kafka.topic}`
    const refusals = await Promise.all([producer.events.heard('kafka.failing'), consumer.events.heard('kafka.failing')])
    for (const { afterMs } of refusals) expect(afterMs).toBeLessThan(5000)
    expect(refusals[0].data.reason).toContain(noRight)
    expect(refusals[1].data.reason).toContain(
      `the topic ${kafka.topic} does not exist, or this user may not see it, and may not create it`,
    )
    expect(refusals[1].data.nextStep).toContain(`kafka-topics.sh --bootstrap-server ${kafka.brokers[0]} --create`)
    const admin = new Admin({ clientId: 'test', bootstrapBrokers: [secure.broker.bootstrap], retries: false })
    async function grant(
      resourceType: ResourceTypeValue,
      resourceName: string,
      operation: AclOperationValue,
    ): Promise<void> {
      const to = { principal: 'User:bob', host: '*', permissionType: AclPermissionTypes.ALLOW }
      const on = { resourceType, resourceName, resourcePatternType: ResourcePatternTypes.LITERAL }
      await admin.createAcls({ creations: [{ ...to, ...on, operation }] })
    }
    try {
      await admin.createTopics({ topics: [kafka.topic], partitions: 1, replicas: 1 })
      await grant(ResourceTypes.TOPIC, kafka.topic, AclOperations.DESCRIBE)
      const rights = await Promise.all([
        producer.events.heard('kafka.failing', 2),
        consumer.events.heard('kafka.failing', 2),
      ])
      expect(rights[0].data.reason).toContain(noRight)
      expect(rights[1].data.reason).toContain('this user lacks the right to read as a member of its group')
      await grant(ResourceTypes.TOPIC, kafka.topic, AclOperations.WRITE)
      await grant(ResourceTypes.GROUP, group, AclOperations.READ)
      const { data } = await consumer.events.heard('kafka.failing', 3)
      expect(data.reason).toContain(noRight)
      await grant(ResourceTypes.TOPIC, kafka.topic, AclOperations.READ)
      await consumer.hasStored(1)
    } finally {
      await admin.close()
    }
  })

  it('trusts anyone where that is asked for, and says so at each start', async () => {
    await using folder = await temporaryFolder('insecure')
    const kafka = connectionTo(secure.address('EXPIRED'), { tls: { insecure: true } })
    await using consumer = await startConsumer(kafka, { folder: folder.path })
    await using producer = await startProducer(kafka, { folder: folder.path })
    await consumer.hasStored(1)
    for (const role of [producer, consumer]) {
      expect(role.events.all('kafka.insecure').map(({ data }) => data)).toEqual([{ brokers: kafka.brokers[0] }])
    }
  })

  it('goes on by itself when the CA’s file and the password are corrected', async () => {
    await using folder = await temporaryFolder('mended')
    const ca = join(folder.path, 'ca.pem')
    await copyFile(secure.otherCa, ca)
    let password = 'wrong'
    const kafka = connectionTo(secure.address('SASLTLS'), {
      tls: { ca },
      sasl: { mechanism: 'scram-sha-512', username: 'alice', password: () => password },
    })
    await using producer = await startProducer(kafka, { folder: folder.path })
    await using consumer = await startConsumer(kafka, { folder: folder.path })
    await Promise.all([producer.events.heard('kafka.failing'), consumer.events.heard('kafka.failing')])
    await copyFile(secure.ca, ca)
    const next = await Promise.all([
      producer.events.heard('kafka.failing', 2),
      consumer.events.heard('kafka.failing', 2),
    ])
    for (const { data } of next) expect(data.reason).toContain('the user name or password is wrong')
    password = kafkaUsers.alice
    await consumer.hasStored(1)
    expect(await producer.stop()).toEqual({ spooledRecords: 0 })
    expect(consumer.events.all('kafka.connected')).toHaveLength(1)
  })
})
