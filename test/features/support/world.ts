import { randomUUID } from 'node:crypto'
import { After, AfterAll, Before, setDefaultTimeout, setWorldConstructor, Status, World } from '@cucumber/cucumber'
import type { DatabaseServer } from '../../support/database-server.ts'
import type { KafkaBroker } from '../../support/kafka-broker.ts'
import type { OwnDatabase } from '../../support/own-database.ts'
import { startProgram, type Ending, type Program, type ProgramOptions } from '../../support/program.ts'
import { isContinuousIntegration, serverEnvironment, Servers, type ServerKey } from '../../support/servers.ts'
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts'

setDefaultTimeout(120_000)

/** All scenarios share the servers; each has databases and topics of its own. */
const servers = new Servers()

/** What the steps of one scenario share. All that it opened is closed at the scenario's end, the last first. */
export class HostvitalsWorld extends World {
  /** The scenario's name as an identifier: for its database, topic and group. */
  name = ''
  /** What became of the program that the scenario speaks of as "it": the last one that has ended. */
  ending: Ending | undefined
  /** The topic, which is also the group, of this scenario's own. */
  topic = ''
  /** When the scenario last did something to a program or a server, Unix milliseconds. */
  momentMs = 0
  /** How many readings there were when the folder was cloned. */
  readingsBeforeCloning = 0
  /** The broker that this scenario may kill. */
  broker: KafkaBroker | undefined
  /** The database server that this scenario may kill. */
  server: DatabaseServer | undefined
  /** Another program's lock on the database, held until it is disposed. */
  lock: AsyncDisposable | undefined
  /** What the scenario's tags started, and where. */
  readonly #addresses = new Map<ServerKey, string>()
  readonly #programs = new Map<string, Program>()
  readonly #opened = new AsyncDisposableStack()
  #database: OwnDatabase | undefined
  #folder: Promise<TemporaryFolder> | undefined

  /** The folder of this scenario's own: empty at its begin, gone at its end. */
  async folder(): Promise<string> {
    this.#folder ??= temporaryFolder(this.name).then((folder) => this.keep(folder))
    return (await this.#folder).path
  }

  /** Starts `hostvitals …`; it is killed at the end when it still runs. */
  start(command: string, options: ProgramOptions = {}): Program {
    const [program, ...args] = command.split(' ')
    if (program !== 'hostvitals') throw new Error(`'${command}' is no command of hostvitals`)
    this.momentMs = Date.now()
    const started = this.keep(startProgram(args, options))
    this.#programs.set(command, started)
    return started
  }

  /** The running program that was started by this command, the last one if there were several. */
  running(command: string): Program {
    const program = this.#programs.get(command)
    if (program === undefined) throw new Error(`the scenario has not started '${command}'`)
    return program
  }

  /** What the program said and how it ended. */
  said(): Ending {
    if (this.ending === undefined) throw new Error('the scenario has not ended a program yet')
    return this.ending
  }

  /** The scenario's database. */
  get database(): OwnDatabase {
    if (this.#database === undefined) throw new Error('the scenario has no database yet')
    return this.#database
  }

  set database(database: OwnDatabase) {
    this.#database = this.keep(database)
  }

  /** A table or view as plain SQL names it: PostgreSQL keeps ours in a schema. */
  table(name: string): string {
    return this.database.name === 'PostgreSQL' ? `hostvitals.${name}` : name
  }

  /** Where the scenario's Kafka is: its own broker, or the one that all share. */
  get brokers(): string {
    return this.broker?.bootstrap ?? this.address('kafkaBrokers')
  }

  /** Closes this at the scenario's end. */
  keep<T extends AsyncDisposable>(resource: T): T {
    return this.#opened.use(resource)
  }

  /** The address of a server that the scenario's tags ask for. */
  address(key: ServerKey): string {
    const address = this.#addresses.get(key)
    if (address === undefined) throw new Error(`the scenario lacks the tag that starts ${key}`)
    return address
  }

  /** Starts the server, or shares the running one. Skips the scenario where the machine cannot run it; in CI throws. */
  async need(key: ServerKey): Promise<'skipped' | undefined> {
    const address = (await servers.addresses([key])).get(key) ?? ''
    if (address === '') return 'skipped'
    this.#addresses.set(key, address)
    return undefined
  }

  /** Starts a server of the scenario's own. Skips the scenario where it is left out or cannot run; in CI throws. */
  async startOwn<T>(key: ServerKey, start: () => Promise<T>): Promise<T | 'skipped'> {
    try {
      for (const variable of Object.keys(serverEnvironment(new Map([[key, '']])))) {
        if (process.env[variable] === '') throw new Error(`${variable} is empty, which leaves this server out`)
      }
      return await start()
    } catch (error) {
      if (isContinuousIntegration()) throw error
      process.stderr.write(`skipped: ${String(error)}\n`)
      return 'skipped'
    }
  }

  /** Puts what the programs said into the report of a scenario that failed. */
  explain(): void {
    for (const [command, { stdout, stderr }] of this.#programs) this.attach(`${command} said:\n${stdout}${stderr}`)
  }

  /** Closes all that the scenario opened. */
  async close(): Promise<void> {
    await this.#opened.disposeAsync()
  }
}

setWorldConstructor(HostvitalsWorld)

Before(function begin(this: HostvitalsWorld, { pickle }) {
  this.name = pickle.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')
  // Brokers that outlive the run know the topics of the runs before.
  this.topic = `${this.name}_${randomUUID().slice(0, 8)}`
})

const tags: Readonly<Record<string, ServerKey>> = {
  '@kafka': 'kafkaBrokers',
  '@postgres': 'postgresUrl',
  '@mariadb': 'mariadbUrl',
  '@mysql': 'mysqlUrl',
}
for (const [tag, key] of Object.entries(tags)) {
  Before({ tags: tag }, function start(this: HostvitalsWorld) {
    return this.need(key)
  })
}

After(async function end(this: HostvitalsWorld, { result }) {
  if (result?.status === Status.FAILED) this.explain()
  await this.close()
})

AfterAll(() => servers.stop())
