import type { DatabaseServer } from './database-server.ts'

/** What the tests call each server's address. */
export const serverKeys = ['kafkaBrokers', 'kafkaJars', 'postgresUrl', 'mariadbUrl', 'mysqlUrl'] as const

/** One of the servers, by what its address is called. */
export type ServerKey = (typeof serverKeys)[number]

/** A server that the suite started itself. */
interface StartedServer {
  readonly address: string
  readonly stop: () => Promise<void>
}

function startedDatabase(server: DatabaseServer): StartedServer {
  return { address: server.url, stop: () => server.stop() }
}

/** How each server is found: where it runs already, how to start one, and what a person does where that fails. */
const sources: Readonly<
  Record<ServerKey, { name: string; variable: string; toEnable: string; start: () => Promise<StartedServer> }>
> = {
  kafkaBrokers: {
    name: 'Kafka',
    variable: 'KAFKA_BROKERS',
    toEnable: 'apt-get install openjdk-17-jre-headless maven',
    start: async () => {
      const { startKafkaBroker } = await import('./kafka-broker.ts')
      const broker = await startKafkaBroker()
      return { address: broker.bootstrap, stop: () => broker.stop() }
    },
  },
  kafkaJars: {
    name: 'A Kafka of a test’s own',
    variable: 'KAFKA_JARS',
    toEnable: 'apt-get install openjdk-17-jre-headless maven openssl',
    start: async () => {
      if (process.env['KAFKA_BROKERS'] === '') throw new Error('it is left out: KAFKA_BROKERS is empty')
      const { kafkaClassPath } = await import('./kafka-jars.ts')
      return { address: await kafkaClassPath(), stop: async () => undefined }
    },
  },
  postgresUrl: {
    name: 'PostgreSQL',
    variable: 'POSTGRES_URL',
    toEnable: 'apt-get install postgresql',
    start: async () => {
      const { startPostgresServer } = await import('./postgres-server.ts')
      return startedDatabase(await startPostgresServer())
    },
  },
  mariadbUrl: {
    name: 'MariaDB',
    variable: 'MARIADB_URL',
    toEnable: 'apt-get install mariadb-server-core',
    start: async () => {
      const { startMariadbServer } = await import('./mariadb-server.ts')
      return startedDatabase(await startMariadbServer())
    },
  },
  mysqlUrl: {
    name: 'MySQL',
    variable: 'MYSQL_URL',
    toEnable: 'docker compose up -d --wait mysql && export MYSQL_URL=mysql://root:hostvitals@127.0.0.1:3306/mysql',
    start: async () => {
      const { startMysqlServer } = await import('./mysql-server.ts')
      return startedDatabase(await startMysqlServer())
    },
  },
}

/**
 * The real servers of one test run. Each is taken from its environment variable where that is set (empty: leave this
 * server out), else started at the first request on a free port; whoever asks again shares it.
 */
export class Servers {
  readonly #started = new Map<ServerKey, Promise<StartedServer>>()

  /** The address of this server. Throws what stopped it from starting, with the command that would help. */
  async address(key: ServerKey): Promise<string> {
    const source = sources[key]
    const given = process.env[source.variable]
    if (given === '') throw new Error(`${source.name} is left out: ${source.variable} is empty`)
    if (given !== undefined) return given
    const starting = this.#started.get(key) ?? source.start()
    this.#started.set(key, starting)
    try {
      return (await starting).address
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new Error(
        `${source.name} does not run here: ${reason}. Enable it with \`${source.toEnable}\`, or set ${source.variable}`,
        { cause },
      )
    }
  }

  /**
   * The addresses of these servers, started side by side. One that cannot run has an empty address and a line on stderr:
   * its tests are skipped. In CI that is a failure instead.
   */
  async addresses(keys: readonly ServerKey[]): Promise<ReadonlyMap<ServerKey, string>> {
    const outcomes = await Promise.allSettled(keys.map((key) => this.address(key)))
    const addresses = outcomes.map((outcome) => {
      if (outcome.status === 'fulfilled') return outcome.value
      if (isContinuousIntegration()) throw outcome.reason
      process.stderr.write(`skipped: ${String(outcome.reason)}\n`)
      return ''
    })
    return new Map(keys.map((key, index) => [key, addresses[index] ?? '']))
  }

  /** Stops what was started here, and only that. */
  async stop(): Promise<void> {
    const started = [...this.#started.values()]
    this.#started.clear()
    const running = (await Promise.allSettled(started)).filter((outcome) => outcome.status === 'fulfilled')
    await Promise.all(running.map((outcome) => outcome.value.stop()))
  }
}

/** The environment variables that hand these addresses to a child process. */
export function serverEnvironment(addresses: ReadonlyMap<ServerKey, string>): Readonly<Record<string, string>> {
  return Object.fromEntries([...addresses].map(([key, address]) => [sources[key].variable, address]))
}

/** True where nobody reads a hint: a test that cannot run there has failed. */
export function isContinuousIntegration(): boolean {
  return process.env['CI'] === 'true' || process.env['CI'] === '1'
}
