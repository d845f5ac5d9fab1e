import { execFile } from 'node:child_process'
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, inject, it } from 'vitest'
import { kafkaFaults } from '../../src/kafka/kafka-faults.ts'
import { codeBlocks } from '../support/code-blocks.ts'
import { startKafkaBroker, type KafkaBroker } from '../support/kafka-broker.ts'
import { startProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const run = promisify(execFile)
const page = join(import.meta.dirname, '../../docs/kafka-security.md')

/** Kafka's scripts and the classes they start: a class path is all that a machine without an installed Kafka has. */
const scripts = {
  'kafka-acls.sh': 'org.apache.kafka.tools.AclCommand',
  'kafka-configs.sh': 'kafka.admin.ConfigCommand',
  'kafka-topics.sh': 'org.apache.kafka.tools.TopicCommand',
} as const

async function writeScripts(folder: string): Promise<void> {
  await mkdir(folder)
  for (const [name, mainClass] of Object.entries(scripts)) {
    const path = join(folder, name)
    const java = `exec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx128m -cp '${inject('kafkaJars')}' ${mainClass} "$@"`
    await writeFile(path, `#!/bin/sh\n${java}\n`)
    await chmod(path, 0o755)
  }
}

/** The page's lines without the listeners, which are on free ports here. */
function propertiesIn(block: string): readonly string[] {
  return block
    .split('\n')
    .filter((line) => line.includes('=') && !/^(?:advertised\.)?listener(?:s|\.security)/.test(line))
}

/** Puts the names of this test in place of the page's. */
function substitute(text: string, places: ReadonlyMap<string, string>): string {
  return [...places].reduce((so, [from, to]) => so.replaceAll(from, to), text)
}

async function writeConfiguration(folder: string, kafka: string): Promise<void> {
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(join(folder, 'kafka.config.ts'), kafka)
  await writeFile(
    join(folder, 'producer.config.ts'),
    `import { defineProducer, gauge } from 'hostvitals'
export default defineProducer({ interval: '500ms', stateFolder: 'state', metrics: [gauge('answer', () => 42)] })`,
  )
  await writeFile(
    join(folder, 'consumer.config.ts'),
    `import { defineConsumer, sqlite } from 'hostvitals'
export default defineConsumer({ store: sqlite('metrics.db') })`,
  )
}

describe.skipIf(inject('kafkaJars') === '')('docs/kafka-security.md', () => {
  it('leads from nothing to records over mutual TLS and over SCRAM, each role with its own rights', async () => {
    await using folder = await temporaryFolder('kafka-page')
    const blocks = codeBlocks(await readFile(page, 'utf8'))
    const [authority = '', ofBroker = '', ofClients = '', keys = '', passwords = '', rights = ''] = blocks
      .filter(({ language }) => language === 'sh')
      .map(({ text }) => text)
    const [mutual = '', scram = ''] = blocks.filter(({ language }) => language === 'ts').map(({ text }) => text)
    const properties = blocks.find(({ language }) => language === 'properties')?.text ?? ''
    await writeScripts(join(folder.path, 'bin'))
    const places = new Map([
      ['/etc/kafka/keys/ca.pem', join(folder.path, 'ca/ca.pem')],
      ['/etc/kafka/keys', join(folder.path, 'broker')],
    ])
    async function shell(text: string): Promise<void> {
      const env = { ...process.env, PATH: [join(folder.path, 'bin'), process.env['PATH']].join(delimiter) }
      await run('bash', ['-euo', 'pipefail', '-c', substitute(text, places)], { cwd: folder.path, env })
    }

    places.set('kafka-1.example', 'localhost')
    for (const text of [authority, ofBroker, ofClients]) await shell(text)
    expect((await stat(join(folder.path, 'ca/ca.key'))).mode & 0o077).toBe(0)

    await using broker: KafkaBroker = await startKafkaBroker({
      listeners: { SSL: 'SSL', SASL_SSL: 'SASL_SSL' },
      properties: propertiesIn(substitute(properties, places)),
    })
    places.delete('kafka-1.example')
    places.set('127.0.0.1:9092', broker.bootstrap)
    places.set('kafka-1.example:9093', broker.addresses.get('SSL') ?? '')
    places.set('kafka-1.example:9094', broker.addresses.get('SASL_SSL') ?? '')
    await shell(passwords)
    await shell(rights)

    const agent = join(folder.path, 'agent')
    places.set('/etc/hostvitals', agent)
    await shell(keys)
    expect((await stat(join(agent, 'keys/client.key'))).mode & 0o777).toBe(0o600)
    const consumer = join(folder.path, 'consumer')
    places.set('/etc/hostvitals', consumer)
    await shell(keys.replaceAll('hostvitals-produce', 'hostvitals-consume'))
    await writeConfiguration(consumer, substitute(mutual, places))

    for (const [kafka, env] of [
      [mutual, {}],
      [scram, { KAFKA_PASSWORD: 'change-me' }],
    ] as const) {
      await using consuming = startProgram(['consume', '--config', consumer, '--log-level', 'debug'])
      await writeConfiguration(agent, substitute(kafka, places))
      await using producing = startProgram(['produce', '--config', agent], { env })
      await producing.line(/"event":"kafka.connected"/)
      await consuming.line(/"event":"ingest.stored"/)
      const { stdout, code } = await producing.stop('SIGTERM')
      expect(stdout).toContain('all sent, 0 lost')
      expect(code).toBe(0)
      expect((await consuming.stop('SIGTERM')).code).toBe(0)
    }

    // The agent's certificate is no consumer's.
    await writeConfiguration(agent, substitute(mutual, places))
    await using refused = startProgram(['consume', '--config', agent])
    expect(await refused.line(/"event":"kafka.failing"/, 20_000)).toMatch(/this user lacks/)
  })

  it('lists every line that a fault makes, in the order in which they are looked for', async () => {
    const text = await readFile(page, 'utf8')
    const rows = [...text.matchAll(/^\| `([^`]+)` \| (?!.*`Write`)(.+) \|$/gm)].map(([, says = '']) => says)
    expect(rows).toEqual(kafkaFaults.map(({ says }) => says.replace('TOPIC', 'otlp_metrics')))
  })
})
