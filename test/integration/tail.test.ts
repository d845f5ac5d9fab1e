import { Admin } from '@platformatic/kafka'
import { describe, expect, inject, it } from 'vitest'
import { connectionTo } from '../support/kafka-roles.ts'
import { foreignRecord, gaugeOf, TestAgent } from '../support/arrived-records.ts'
import { startProgram } from '../support/program.ts'
import { writeFiles } from '../support/sections.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { writeOnce } from '../support/write-to-new-topic.ts'
import type { ArrivedRecord } from '../../src/metric/record.ts'

interface Tailed {
  readonly partition: number
  readonly offset: string
  readonly host?: { readonly name: string; readonly uid: string }
  readonly seq?: number
  readonly samples?: readonly { readonly name: string; readonly value?: number }[]
  readonly error?: string
}

async function write(topic: string, records: readonly ArrivedRecord[]): Promise<void> {
  await writeOnce(
    connectionTo(inject('kafkaBrokers'), { topic }),
    records.map(({ key, headers, value, timestampMs }) => ({
      key: key ?? new Uint8Array(),
      headers,
      value,
      timestampMs,
    })),
  )
}

async function withAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [inject('kafkaBrokers')], retries: false })
  try {
    return await work(admin)
  } finally {
    await admin.close()
  }
}

async function setUp() {
  const folder = await temporaryFolder('tail')
  const { topic } = connectionTo(inject('kafkaBrokers'))
  await withAdmin((admin) => admin.createTopics({ topics: [topic], partitions: 2, replicas: 1 }))
  await writeFiles(folder.path, [
    ['package.json', '{ "type": "module" }\n'],
    [
      'kafka.config.ts',
      `import { defineKafka } from 'hostvitals'\nexport default defineKafka({ brokers: ['${inject('kafkaBrokers')}'], topic: '${topic}' })\n`,
    ],
  ])
  const tail = (...args: readonly string[]) => startProgram(['tail', ...args], { cwd: folder.path })
  return { topic, tail, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

function documents(stdout: string): readonly Tailed[] {
  // What `--json` promises: a document a line.
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Tailed)
}

describe.skipIf(inject('kafkaBrokers') === '')('tail', () => {
  it('shows the newest records that are there, one that cannot be decoded too, and ends', async () => {
    await using topic = await setUp()
    const agent = new TestAgent()
    await write(topic.topic, [agent.record(1), agent.record(2), foreignRecord('other', 7, Date.now()), agent.poison(3)])
    await using tail = topic.tail('--limit', '4', '--json')
    const { code, stdout, stderr } = await tail.ending()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const shown = documents(stdout)
    expect(shown).toHaveLength(4)
    expect(shown.find(({ seq }) => seq === 2)).toMatchObject({
      host: { name: 'web-1', uid: agent.agentUid },
      run: '7',
      foreign: false,
      samples: [{ name: 'load', kind: 'gauge', unit: '1', attributes: {}, value: 2 }],
    })
    expect(shown.filter(({ error }) => error !== undefined)).toHaveLength(1)
    expect(shown.filter(({ host }) => host?.name === 'other')).toHaveLength(1)
  })

  it('shows what comes, without a group and without a position, and ends at the limit', async () => {
    await using topic = await setUp()
    const agent = new TestAgent()
    await write(topic.topic, [agent.record(1)])
    await using tail = topic.tail('--limit', '2')
    // The one that is there is shown, and the second is waited for.
    await tail.line(/web-1 {2}seq 1/)
    await write(topic.topic, [agent.record(2)])
    await tail.line(/web-1 {2}seq 2 {2}1 samples {2}load 2/)
    expect((await tail.ending()).code).toBe(0)
    const groups = await withAdmin((admin) => admin.listGroups())
    expect([...groups.keys()].filter((group) => group.startsWith('hostvitals-tail'))).toEqual([])
  })

  it('without a limit shows what comes until Ctrl-C', async () => {
    await using topic = await setUp()
    const agent = new TestAgent()
    await using tail = topic.tail()
    // It begins at the end of the topic, at a moment that nobody tells: so records are written until one is shown.
    let seq = 0
    const shown = await until('a record', async () => {
      await write(topic.topic, [agent.record(++seq)])
      return /web-1 {2}seq \d+/.exec(tail.stdout) ?? undefined
    })
    expect(shown).not.toBeNull()
    expect((await tail.stop('SIGINT')).code).toBe(130)
  })

  it('shows one host alone', async () => {
    await using topic = await setUp()
    const one = new TestAgent()
    const other = new TestAgent({ agentUid: 'b0000000-0000-4000-8000-000000000002', name: 'web-2' })
    await write(topic.topic, [one.record(1), other.record(1), one.record(2), other.record(2), one.record(3)])
    await using tail = topic.tail('--limit', '2', '--json', '--host', 'web-2')
    const shown = documents((await tail.ending()).stdout)
    expect(shown.map(({ host, seq }) => [host?.uid, seq])).toEqual([
      [other.agentUid, 1],
      [other.agentUid, 2],
    ])
  })

  it('refuses a name that two hosts have, and takes either uid', async () => {
    await using topic = await setUp()
    const agents = ['a', 'b'].map((begin) => new TestAgent({ agentUid: `${begin}0000000-0000-4000-8000-000000000001` }))
    await write(
      topic.topic,
      [...agents, ...agents].map((agent, at) => agent.record(1 + (at >> 1))),
    )
    await using refused = topic.tail('--limit', '2', '--host', 'web-1')
    const { code, stdout, stderr } = await refused.ending()
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain("2 hosts are called 'web-1': ")
    for (const { agentUid } of agents) {
      expect(stderr).toContain(agentUid)
      await using tail = topic.tail('--limit', '2', '--json', '--host', agentUid.toUpperCase())
      const shown = documents((await tail.ending()).stdout)
      expect(shown.map(({ host, seq }) => [host?.uid, seq])).toEqual([
        [agentUid, 1],
        [agentUid, 2],
      ])
    }
  })

  it('lets no control character of a record reach the terminal', async () => {
    await using topic = await setUp()
    const evil = new TestAgent({ name: 'web\u001b]0;owned\u0007\u009b31m' })
    await write(topic.topic, [evil.record(1, undefined, [gaugeOf('load', 1, { path: '/\r\u001b[2J\u202e' })])])
    for (const args of [['--json'], []]) {
      await using tail = topic.tail('--limit', '1', ...args)
      const { stdout } = await tail.ending()
      expect(stdout).toContain(String.raw`web\u001b]0;owned\u0007\u009b31m`)
      expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    }
  })

  it('says within 5 s that the broker is away, and ends with 69', async () => {
    await using folder = await temporaryFolder('tail-away')
    await writeFiles(folder.path, [
      ['package.json', '{ "type": "module" }\n'],
      [
        'kafka.config.ts',
        `import { defineKafka } from 'hostvitals'\nexport default defineKafka({ brokers: ['127.0.0.1:1'] })\n`,
      ],
    ])
    await using tail = startProgram(['tail'], { cwd: folder.path })
    const { code, stderr } = await tail.ending()
    expect(code).toBe(69)
    expect(stderr).toContain('nobody listens')
  })
})
