import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Admin, Producer } from '@platformatic/kafka'
import { freePorts } from './free-ports.ts'
import { kafkaClassPath } from './kafka-jars.ts'

const run = promisify(execFile)

/** A broker of one test. */
export interface KafkaBroker extends AsyncDisposable {
  /** The plain listener, `127.0.0.1:port`, whose clients may do everything. */
  readonly bootstrap: string
  /** The further listeners by name, `localhost:port`. */
  readonly addresses: ReadonlyMap<string, string>
  /** Ends it calmly and removes its folder. */
  readonly stop: () => Promise<void>
  /** It answers no more, and its connections stay, until `thaw`. */
  readonly freeze: () => void
  readonly thaw: () => void
  /** What another broker needs to join its cluster. */
  readonly cluster: KafkaCluster
  /** Ends it at once, as a power cut would; its folder stays. */
  readonly kill: () => Promise<void>
  /** Starts it again on the same ports and folder. */
  readonly start: () => Promise<void>
}

/** A cluster: its id, and where its one controller is. */
export interface KafkaCluster {
  readonly id: string
  readonly controllerPort: number
}

/** What a broker has beyond a plain listener. */
export interface KafkaBrokerOptions {
  /** Further listeners: their names, in capitals, and what they speak. */
  readonly listeners?: Readonly<Record<string, 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'>>
  /** What clients of a further listener are told to connect to, by its name and `localhost:port`; the same address where absent. */
  readonly advertise?: (name: string, address: string) => Promise<string>
  /** Further lines of server.properties. */
  readonly properties?: readonly string[]
  /** Joins this cluster under this id, from 2 on, without being a controller. */
  readonly joins?: KafkaCluster & { readonly nodeId: number }
  /** How long each start may take, milliseconds; a minute where absent. */
  readonly readyWithinMs?: number
  /** SCRAM users, for both hashes: name → password. */
  readonly scramUsers?: Readonly<Record<string, string>>
}

/** Starts a real Kafka broker (KRaft) on free ports, in a folder of its own. Throws where there is no Java, or no Maven to fetch it. */
export async function startKafkaBroker(options: KafkaBrokerOptions = {}): Promise<KafkaBroker> {
  const classPath = await kafkaClassPath()
  const folder = await mkdtemp(join(tmpdir(), 'hostvitals-kafka-'))
  const names = Object.keys(options.listeners ?? {})
  const [port = 0, freePort = 0, ...ports] = await freePorts(2 + names.length)
  const controllerPort = options.joins?.controllerPort ?? freePort
  const bootstrap = `127.0.0.1:${port}`
  const addresses = new Map(names.map((name, at) => [name, `localhost:${ports[at]}`]))
  const properties = join(folder, 'server.properties')
  const advertised = new Map(addresses)
  for (const [name, address] of addresses) {
    advertised.set(name, (await options.advertise?.(name, address)) ?? address)
  }
  await writeFile(properties, propertiesOf({ bootstrap, controllerPort, addresses, advertised, folder, options }))
  const clusterId = options.joins?.id ?? Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url')
  await runKafkaTool(classPath, 'kafka.tools.StorageTool', [
    'format',
    // In one word: an id may begin with a dash.
    `--cluster-id=${clusterId}`,
    '-c',
    properties,
    ...scramArguments(options.scramUsers ?? {}),
  ])
  const { readyWithinMs = 60_000 } = options
  let child = launch(classPath, properties)
  await untilReady(bootstrap, child, readyWithinMs)
  async function stop(): Promise<void> {
    await end(child, 'SIGTERM')
    await rm(folder, { recursive: true, force: true })
  }
  return {
    bootstrap,
    addresses,
    stop,
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    cluster: { id: clusterId, controllerPort },
    kill: () => end(child, 'SIGKILL'),
    start: async () => {
      child = launch(classPath, properties)
      await untilReady(bootstrap, child, readyWithinMs)
    },
    [Symbol.asyncDispose]: stop,
  }
}

/** A tool lives for seconds: nothing it runs is worth being compiled well. */
const toolOptions = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xmx128m'] as const

/** Runs one of Kafka's command line tools by its class. Throws with what it wrote when it fails. */
export async function runKafkaTool(classPath: string, mainClass: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run('java', [...toolOptions, '-cp', classPath, mainClass, ...args])
  return stdout
}

function propertiesOf({
  bootstrap,
  controllerPort,
  addresses,
  advertised,
  folder,
  options: { listeners = {}, properties = [], joins },
}: {
  readonly bootstrap: string
  readonly controllerPort: number
  readonly addresses: ReadonlyMap<string, string>
  readonly advertised: ReadonlyMap<string, string>
  readonly folder: string
  readonly options: KafkaBrokerOptions
}): string {
  const urls = (of: ReadonlyMap<string, string>): readonly string[] => [
    `PLAINTEXT://${bootstrap}`,
    ...[...of].map(([name, address]) => `${name}://${address}`),
  ]
  const protocols = ['PLAINTEXT:PLAINTEXT', 'CONTROLLER:PLAINTEXT']
  const controller = `127.0.0.1:${controllerPort}`
  return [
    `process.roles=${joins === undefined ? 'broker,controller' : 'broker'}`,
    `node.id=${joins?.nodeId ?? 1}`,
    `controller.quorum.voters=1@${controller}`,
    `listeners=${[...urls(addresses), ...(joins === undefined ? [`CONTROLLER://${controller}`] : [])].join(',')}`,
    `advertised.listeners=${urls(advertised).join(',')}`,
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=PLAINTEXT',
    `listener.security.protocol.map=${[...protocols, ...Object.entries(listeners).map((pair) => pair.join(':'))].join(',')}`,
    `log.dirs=${join(folder, 'logs')}`,
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'transaction.state.log.num.partitions=1',
    // A broker that was killed may come back as soon as its former self is given up.
    'broker.session.timeout.ms=3000',
    'broker.heartbeat.interval.ms=500',
    'group.initial.rebalance.delay.ms=0',
    'auto.create.topics.enable=false',
    ...properties,
    '',
  ].join('\n')
}

function scramArguments(users: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(users).flatMap(([name, password]) =>
    ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=${name},password=${password}]`,
    ]),
  )
}

function launch(classPath: string, properties: string): ChildProcess {
  return spawn('java', ['-XX:+UseSerialGC', '-Xmx256m', '-cp', classPath, 'kafka.Kafka', properties], {
    stdio: 'ignore',
  })
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = new Promise((resolve) => child.once('close', resolve))
  child.kill(signal)
  await closed
}

/** Asks until the broker lists topics and gives out producer ids, which it does last; a broker that ended, or that does not answer in time, throws. */
async function untilReady(bootstrap: string, child: ChildProcess, readyWithinMs: number): Promise<void> {
  const deadline = Date.now() + readyWithinMs
  const options = { clientId: 'readiness', bootstrapBrokers: [bootstrap], retries: false, connectTimeout: 1000 }
  const admin = new Admin(options)
  const producer = new Producer({ ...options, idempotent: true })
  try {
    for (;;) {
      try {
        await admin.listTopics()
        await producer.initIdempotentProducer({})
        return
      } catch (error) {
        if (child.exitCode !== null)
          throw new Error(`Kafka ended with ${child.exitCode} at its start`, { cause: error })
        if (Date.now() > deadline) throw new Error(`Kafka did not answer within ${readyWithinMs} ms`, { cause: error })
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
  } finally {
    await producer.close()
    await admin.close()
  }
}
