import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeConfiguration } from '../support/configuration-files.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import type { AgentSetting } from './agent-setting.ts'
import { startBroker, type BrokerUnderTest } from './broker-under-test.ts'
import { Claims } from './claims.ts'
import type { DatabaseUnderTest, StoreName } from './database-under-test.ts'
import { openDatabase } from './open-database.ts'
import { Progress } from './progress.ts'
import { makeSmallDisk, type SmallDisk } from './small-disk.ts'
import { Supervised, type Command } from './supervised.ts'

/** Everything that runs in a chaos run, and what has gone wrong. */
export interface World extends AsyncDisposable {
  readonly topic: string
  readonly journals: string
  readonly broker: BrokerUnderTest
  readonly database: DatabaseUnderTest
  readonly agents: readonly Supervised[]
  readonly consumers: readonly Supervised[]
  readonly smallDisk: SmallDisk | undefined
  /** What this machine cannot do, and why. */
  readonly leftOut: readonly string[]
  readonly progress: Progress
  readonly claims: Claims
  /** What is wrong whatever the database says, such as a process that ended by itself. */
  readonly violations: string[]
}

const repository = join(import.meta.dirname, '../..')
const mebibyte = 1024 * 1024

/** Two agents that are like any, one whose spool is full after some seconds without Kafka, one with a disk that fills. */
const agents: readonly (Omit<AgentSetting, 'stateFolder' | 'journals' | 'broker' | 'topic'> & {
  readonly isOnSmallDisk: boolean
})[] = [
  { name: 'agent-1', intervalMs: 200, maxBytes: 1024 * mebibyte, series: 3, labelBytes: 8, isOnSmallDisk: false },
  { name: 'agent-2', intervalMs: 300, maxBytes: 1024 * mebibyte, series: 150, labelBytes: 8, isOnSmallDisk: false },
  { name: 'small-spool', intervalMs: 250, maxBytes: 32_768, series: 10, labelBytes: 64, isOnSmallDisk: false },
  { name: 'small-disk', intervalMs: 500, maxBytes: 2 * mebibyte, series: 40, labelBytes: 900, isOnSmallDisk: true },
]

/** Starts a broker, a database, four agents and two consumers. */
export async function openWorld(store: StoreName, sharedUrl: string | undefined): Promise<World> {
  await using opened = new AsyncDisposableStack()
  const folder = opened.use(await temporaryFolder('chaos'))
  const journals = join(folder.path, 'journals')
  await mkdir(journals)
  const [broker, database] = await Promise.all([startBroker(), openDatabase(store, sharedUrl)])
  opened.use(broker)
  opened.use(database)
  const disk = await makeSmallDisk(join(folder.path, 'small-disk'))
  const smallDisk = 'missing' in disk ? undefined : opened.use(disk)
  const topic = `chaos_${Date.now()}`
  const progress = new Progress()
  const violations: string[] = []

  function supervise(name: string, command: Command): Supervised {
    return opened.use(
      new Supervised({
        name,
        command,
        onEvent: (event) => progress.take(name, event),
        onUnasked: ({ code, signal }, said) =>
          violations.push(`${name} ended with ${code ?? signal}; it said:\n${said}`),
      }),
    )
  }

  const configuration = join(folder.path, 'consumer')
  await writeConfiguration(configuration, {
    brokers: broker.consumers.address,
    topic,
    database: database.consumers,
    metrics: '',
    hostName: 'chaos',
    interval: '1s',
    // What nobody's journal tells of would look invented.
    consumer: '  ownVitals: false,\n',
  })
  const consumers = ['consumer-1', 'consumer-2'].map((name) =>
    supervise(name, {
      program: process.execPath,
      args: [join(repository, 'src/cli/main.ts'), 'consume', '--log-level', 'debug'],
      cwd: configuration,
    }),
  )
  const started = agents.map(({ isOnSmallDisk, ...agent }) => {
    const home = isOnSmallDisk ? smallDisk : undefined
    const setting: AgentSetting = {
      ...agent,
      stateFolder: join(home?.path ?? folder.path, agent.name),
      journals,
      broker: broker.agents.address,
      topic,
    }
    const command = {
      program: process.execPath,
      args: [join(import.meta.dirname, 'agent.ts'), JSON.stringify(setting)],
      cwd: repository,
    }
    return supervise(agent.name, home?.onDisk(command) ?? command)
  })
  for (const role of [...consumers, ...started]) role.start()
  const kept = opened.move()
  return {
    topic,
    journals,
    broker,
    database,
    agents: started,
    consumers,
    smallDisk,
    leftOut: 'missing' in disk ? [`a disk of 32 MiB that fills: ${disk.missing}`] : [],
    progress,
    claims: new Claims(),
    violations,
    [Symbol.asyncDispose]: async () => kept.disposeAsync(),
  }
}
