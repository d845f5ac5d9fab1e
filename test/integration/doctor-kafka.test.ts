import { randomUUID } from 'node:crypto'
import {
  AclOperations,
  AclPermissionTypes,
  type AclOperationValue,
  Admin,
  ResourcePatternTypes,
  ResourceTypes,
} from '@platformatic/kafka'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import { readHosts } from '../../src/query/host/hosts.ts'
import { writeConfiguration } from '../support/configuration-files.ts'
import { startKafkaBroker, type KafkaBroker } from '../support/kafka-broker.ts'
import { ownSqlite } from '../support/own-database.ts'
import { startProgram } from '../support/program.ts'
import { kafkaUsers, startSecureKafkaBroker, type SecureKafkaBroker } from '../support/secure-kafka-broker.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** What `doctor` says in a folder with the three files. As a program: a configuration is loaded by Node itself. */
async function ask(
  brokers: string,
  wish: { readonly topic?: string; readonly kafka?: string } = {},
  flags: readonly string[] = [],
) {
  await using folder = await temporaryFolder('doctor-kafka')
  await using database = await ownSqlite('doctor-kafka')
  await writeConfiguration(folder.path, {
    brokers,
    topic: 'vitals',
    database,
    metrics: `gauge('answer', () => 42)`,
    hostName: 'web-1',
    interval: '1s',
    ...wish,
  })
  await using program = startProgram(['doctor', ...flags, '--config', folder.path])
  const { code, stdout, stderr } = await program.ending()
  return { code, said: stdout + stderr }
}

function sasl(username: keyof typeof kafkaUsers, password: string = kafkaUsers[username]): string {
  return `  sasl: { mechanism: 'scram-sha-512', username: '${username}', password: '${password}' },\n`
}

describe.skipIf(inject('kafkaJars') === '')('doctor at a broker', () => {
  let broker: KafkaBroker
  beforeAll(async () => {
    broker = await startKafkaBroker({
      listeners: { INSIDE: 'PLAINTEXT', SHUT: 'PLAINTEXT' },
      advertise: async (name) => (name === 'INSIDE' ? 'kafka.invalid:9092' : 'localhost:1'),
    })
  })
  afterAll(async () => broker?.stop())

  it('names an address that is advertised and not to be found here, why it matters, and the line that mends it', async () => {
    const address = broker.addresses.get('INSIDE') ?? ''
    const { code, said } = await ask(address)
    expect(code).toBe(69)
    expect(said).toMatch(new RegExp(`kafka {5}✓ ${address} answers \\(\\d+ ms; SASL not used\\)`))
    expect(said).toMatch(
      /✗ broker 1 advertises kafka\.invalid:9092, which cannot be used from here: the broker’s name cannot be resolved/,
    )
    expect(said).toContain(`The first connection, to ${address}, works; then clients are sent to the address`)
    expect(said).toContain(`advertised.listeners=PLAINTEXT://${address} `)
    expect(said).toMatch(/– topic vitals: not looked at, mend the above first/)
  })

  it('names an address that is advertised and where nobody listens', async () => {
    const { code, said } = await ask(broker.addresses.get('SHUT') ?? '', {}, ['--send'])
    expect(code).toBe(69)
    expect(said).toMatch(/send {6}– nothing was sent: mend the above first/)
    expect(said).toMatch(/✗ broker 1 advertises localhost:1, which cannot be used from here: nobody listens/)
  })

  it('names a closed port beside a broker that answers, and a topic that is not there', async () => {
    const { code, said } = await ask(`127.0.0.1:1', '${broker.bootstrap}`, { topic: 'not-there' })
    expect(code).toBe(69)
    expect(said).toMatch(/kafka {5}✗ 127\.0\.0\.1:1: nobody listens at the broker’s address\n {14}start the broker/)
    expect(said).toMatch(/✓ the broker answers where clients are sent to: 127\.0\.0\.1:\d+/)
    expect(said).toMatch(/→ .*the topic not-there does not exist[^\n]*\n {14}start a consumer, which creates it/)
  })

  it('sends one round and finds its row, under a name that is on no list afterwards', async () => {
    await using folder = await temporaryFolder('doctor-send')
    await using database = await ownSqlite('doctor-send')
    await writeConfiguration(folder.path, {
      brokers: broker.bootstrap,
      topic: `t-${randomUUID()}`,
      database,
      metrics: `gauge('answer', () => 42)`,
      hostName: 'web-1',
      interval: '1s',
    })
    await using consumer = startProgram(['consume', '--config', folder.path])
    await consumer.line(/partitions/)
    await using program = startProgram(['doctor', '--send', '--config', folder.path])
    const { code, stdout } = await program.ending()
    expect(stdout).toMatch(/✓ topic t-\S+: \d+ partitions?, this user may read and write/)
    expect(stdout).toMatch(/send {6}✓ sent 1 numbers? to t-\S+; its row was there after \d+ ms/)
    expect(stdout).toMatch(/ {2}nothing is wrong\n$/)
    expect(code).toBe(0)
    await using store = await openStore(database.location, { durable: false, isReader: true })
    const hosts = await readHosts(store)
    expect(hosts.map(({ name, forgottenMs }) => [name, forgottenMs === undefined])).toEqual([
      ['doctor of web-1', false],
    ])
    await consumer.stop()
  })
})

describe.skipIf(inject('kafkaJars') === '')('doctor at a broker with users', () => {
  let secure: SecureKafkaBroker
  beforeAll(async () => {
    secure = await startSecureKafkaBroker()
  })
  afterAll(async () => secure?.[Symbol.asyncDispose]())

  it('names a wrong password, and does not print it', async () => {
    const { code, said } = await ask(secure.address('SASL'), { kafka: sasl('alice', 'not-that-one') })
    expect(code).toBe(69)
    expect(said).toMatch(/kafka {5}✗ .*: the user name or password is wrong\n {14}correct sasl in kafka\.config\.ts/)
    expect(said).not.toContain('not-that-one')
  })

  it('names the right that a user lacks', async () => {
    const topic = `t-${randomUUID()}`
    const admin = new Admin({ clientId: 'test', bootstrapBrokers: [secure.broker.bootstrap], retries: false })
    async function grant(operation: AclOperationValue): Promise<void> {
      const to = { principal: 'User:bob', host: '*', permissionType: AclPermissionTypes.ALLOW }
      const on = { resourceType: ResourceTypes.TOPIC, resourceName: topic }
      await admin.createAcls({
        creations: [{ ...to, ...on, resourcePatternType: ResourcePatternTypes.LITERAL, operation }],
      })
    }
    try {
      await admin.createTopics({ topics: [topic], partitions: 2, replicas: 1 })
      await grant(AclOperations.READ)
      const { code, said } = await ask(secure.address('SASL'), { topic, kafka: sasl('bob') })
      expect(code).toBe(69)
      expect(said).toMatch(/answers \(\d+ ms; scram-sha-512\)/)
      expect(said).toMatch(/✗ topic t-\S+: 2 partitions, this user may read\n/)
      expect(said).toMatch(/Grant WRITE on the topic t-/)
      await grant(AclOperations.WRITE)
      expect((await ask(secure.address('SASL'), { topic, kafka: sasl('bob') })).said).toMatch(
        /✓ topic t-\S+: 2 partitions, this user may read and write/,
      )
    } finally {
      await admin.close()
    }
  })
})
