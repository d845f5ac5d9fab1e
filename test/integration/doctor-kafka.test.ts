import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  AclOperations,
  AclPermissionTypes,
  type AclOperationValue,
  Admin,
  ResourcePatternTypes,
  ResourceTypes,
} from '@platformatic/kafka'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { finding, type Finding } from '../../src/cli/doctor/finding.ts'
import { sendAndFind, type SendQuestion } from '../../src/cli/doctor/send-and-find.ts'
import { type Clock, systemClock } from '../../src/runtime/clock.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { openStore } from '../../src/store/open-store.ts'
import { readHosts } from '../../src/query/host/hosts.ts'
import { gaugeOf } from '../support/arrived-records.ts'
import { writeConfiguration } from '../support/configuration-files.ts'
import { startKafkaBroker, type KafkaBroker } from '../support/kafka-broker.ts'
import { ownSqlite } from '../support/own-database.ts'
import { startProgram } from '../support/program.ts'
import { fillStore } from '../support/page-fleet.ts'
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

const pipeline = { metrics: `gauge('answer', () => 42)`, hostName: 'web-1', interval: '1s' }
const forgetStep = /hostvitals (hosts forget [0-9a-f-]{36})(?:\n|$)/

async function newTopic({ bootstrap }: KafkaBroker): Promise<string> {
  const topic = `t-${randomUUID()}`
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [bootstrap], retries: false })
  try {
    await admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 })
  } finally {
    await admin.close()
  }
  return topic
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

  it('says what to type where it may not take that name off the lists, and that the way works all the same', async () => {
    await using folder = await temporaryFolder('doctor-send')
    await using database = await ownSqlite('doctor-send')
    const topic = `t-${randomUUID()}`
    await writeConfiguration(folder.path, { ...pipeline, brokers: broker.bootstrap, topic, database })
    await using consumer = startProgram(['consume', '--config', folder.path])
    await consumer.line(/partitions/)
    await database.sql(
      `create trigger kept before update on host when new.forgotten_at is not null begin select raise(abort, 'kept'); end`,
    )
    await using program = startProgram(['doctor', '--send', '--config', folder.path])
    const { code, stdout } = await program.ending()
    expect(stdout).toMatch(/send {6}✓ sent 1 numbers? to t-\S+; its row was there after \d+ ms/)
    expect(stdout).toMatch(/\n {12}! .*kept/)
    expect(stdout).toMatch(forgetStep)
    expect(stdout).toMatch(/ {2}nothing is wrong\n$/)
    expect(code).toBe(0)
    // What it says to type is what works.
    await database.sql('drop trigger kept')
    const [, typed = ''] = forgetStep.exec(stdout) ?? []
    await using forget = startProgram([...typed.split(' '), '--yes', '--config', folder.path])
    expect((await forget.ending()).stdout).toContain('doctor of web-1')
    await consumer.stop()
  })

  it('says what to type where no database is known', async () => {
    await using folder = await temporaryFolder('doctor-send')
    await using database = await ownSqlite('doctor-send')
    const topic = await newTopic(broker)
    await writeConfiguration(folder.path, { ...pipeline, brokers: broker.bootstrap, topic, database })
    await rm(join(folder.path, 'consumer.config.ts'))
    await using program = startProgram(['doctor', '--send', '--config', folder.path])
    const { code, stdout } = await program.ending()
    expect(stdout).toMatch(
      /send {6}✓ sent 1 numbers? to t-\S+; whether they are stored is to be seen where the database is/,
    )
    expect(stdout).toMatch(forgetStep)
    expect(code).toBe(0)
  })

  it('says what to type where the row did not come in time, and where the wait is ended', async () => {
    await using database = await ownSqlite('doctor-send')
    await fillStore(database.location, { hosts: 1, rounds: 1, intervalMs: 10_000, nowMs: Date.now() })
    const topic = await newTopic(broker)
    const stop = new AbortController()
    const clock: Clock = {
      ...systemClock,
      sleep: async () => {
        stop.abort(new Error('ended'))
        stop.signal.throwIfAborted()
      },
    }
    const timeMs = Date.now()
    const samples = [gaugeOf('answer', 42)]
    const question: SendQuestion = {
      kafka: { brokers: [broker.bootstrap], topic },
      location: database.location,
      measured: { finding: finding('metrics', 'ok', 'one'), samples, timeMs, bytesPerSecond: 1 },
      hostName: 'web-1',
      clock,
      random: systemRandom,
      signal: stop.signal,
    }
    const said: Finding[] = []
    for await (const each of sendAndFind({ ...question, patienceMs: 0 })) said.push(each)
    expect(said).toMatchObject([
      { state: 'problem', text: expect.stringContaining('no row was there after 0 s') },
      { state: 'note', text: expect.stringContaining('doctor of web-1'), nextStep: expect.stringMatching(forgetStep) },
    ])
    const ended = (async () => {
      for await (const each of sendAndFind(question)) said.push(each)
    })()
    await expect(ended).rejects.toThrow('ended')
    expect(said.slice(2)).toMatchObject([{ state: 'note', nextStep: expect.stringMatching(forgetStep) }])
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
