import { execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Admin } from '@platformatic/kafka'
import { freePorts } from './free-ports.ts'

const run = promisify(execFile)
const version = '4.3.0'

/** A broker of one test. */
export interface KafkaBroker {
  /** `127.0.0.1:port`. */
  readonly bootstrap: string
  /** Ends it calmly and removes its folder. */
  readonly stop: () => Promise<void>
  /** Ends it at once, as a power cut would; its folder stays. */
  readonly kill: () => Promise<void>
  /** Starts it again on the same port and folder. */
  readonly start: () => Promise<void>
}

/** Starts a real Kafka broker (KRaft) on free ports, its jars fetched once by Maven into a cache folder. Throws where there is no Java or Maven. */
export async function startKafkaBroker(): Promise<KafkaBroker> {
  const classPath = join(await jars(), '*')
  const folder = await mkdtemp(join(tmpdir(), 'hostvitals-kafka-'))
  const [port, controllerPort] = await freePorts(2)
  const bootstrap = `127.0.0.1:${port}`
  const properties = join(folder, 'server.properties')
  await writeFile(properties, propertiesOf(bootstrap, `127.0.0.1:${controllerPort}`, join(folder, 'logs')))
  const clusterId = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url')
  await run('java', [
    '-Xmx128m',
    '-cp',
    classPath,
    'kafka.tools.StorageTool',
    'format',
    '-t',
    clusterId,
    '-c',
    properties,
  ])
  let child = launch(classPath, properties)
  await untilReady(bootstrap, child)
  return {
    bootstrap,
    stop: async () => {
      await end(child, 'SIGTERM')
      await rm(folder, { recursive: true, force: true })
    },
    kill: () => end(child, 'SIGKILL'),
    start: async () => {
      child = launch(classPath, properties)
      await untilReady(bootstrap, child)
    },
  }
}

function propertiesOf(listener: string, controller: string, logs: string): string {
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@${controller}`,
    `listeners=PLAINTEXT://${listener},CONTROLLER://${controller}`,
    `advertised.listeners=PLAINTEXT://${listener}`,
    'controller.listener.names=CONTROLLER',
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    `log.dirs=${logs}`,
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
    'auto.create.topics.enable=false',
    '',
  ].join('\n')
}

type Child = ReturnType<typeof launch>

function launch(classPath: string, properties: string) {
  return spawn('java', ['-Xmx256m', '-cp', classPath, 'kafka.Kafka', properties], { stdio: 'ignore' })
}

async function end(child: Child, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = new Promise((resolve) => child.once('close', resolve))
  child.kill(signal)
  await closed
}

/** Asks until the broker answers; a broker that ended, or a minute without an answer, throws. */
async function untilReady(bootstrap: string, child: Child): Promise<void> {
  const deadline = Date.now() + 60_000
  const admin = new Admin({ clientId: 'readiness', bootstrapBrokers: [bootstrap], retries: 0, connectTimeout: 1000 })
  try {
    for (;;) {
      try {
        await admin.listTopics()
        return
      } catch (error) {
        if (child.exitCode !== null)
          throw new Error(`Kafka ended with ${child.exitCode} at its start`, { cause: error })
        if (Date.now() > deadline) throw new Error('Kafka did not answer within a minute', { cause: error })
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
  } finally {
    await admin.close()
  }
}

/** The folder of the broker's jars, fetched at the first use. */
async function jars(): Promise<string> {
  const cache = process.env['HOSTVITALS_TEST_CACHE'] ?? join(homedir(), '.cache/hostvitals-test')
  const folder = join(cache, `kafka-${version}`)
  if (existsSync(folder)) return folder
  process.stderr.write(`Kafka ${version}: fetching its jars with Maven into ${folder} (54 MB, once)\n`)
  await mkdir(cache, { recursive: true })
  const made = await mkdtemp(join(cache, 'kafka-new-'))
  await writeFile(join(made, 'pom.xml'), pom())
  await run('mvn', [
    '-q',
    '-B',
    '-f',
    join(made, 'pom.xml'),
    'dependency:copy-dependencies',
    `-DoutputDirectory=${join(made, 'libs')}`,
  ])
  if ((await readdir(join(made, 'libs'))).length === 0) throw new Error('Maven fetched no jars')
  // Renamed when whole, so that a run that was interrupted leaves no half cache; another run may have been first.
  await rename(join(made, 'libs'), folder).catch((error: unknown) => {
    if (!existsSync(folder)) throw error
  })
  await rm(made, { recursive: true, force: true })
  return folder
}

function dependency(group: string, artifact: string, of: string): string {
  return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${of}</version></dependency>`
}

function pom(): string {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>hostvitals</groupId><artifactId>test-broker</artifactId><version>1</version><dependencies>
${dependency('org.apache.kafka', 'kafka_2.13', version)}${dependency('org.apache.kafka', 'kafka-tools', version)}${dependency('org.slf4j', 'slf4j-nop', '1.7.36')}
</dependencies></project>`
}
