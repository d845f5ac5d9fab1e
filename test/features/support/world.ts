import { After, AfterAll, Before, setDefaultTimeout, setWorldConstructor, World } from '@cucumber/cucumber'
import { startProgram, type Ending, type Program, type ProgramOptions } from '../../support/program.ts'
import { Servers, type ServerKey } from '../../support/servers.ts'
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts'

setDefaultTimeout(120_000)

/** All scenarios share the servers; each has databases and topics of its own. */
const servers = new Servers()

/** What the steps of one scenario share. All that it opened is closed at the scenario's end, the last first. */
export class HostvitalsWorld extends World {
  /** The scenario's name as an identifier: for its database, topic and group. */
  name = ''
  /** The program that the scenario speaks of as "it": the last one that was started. */
  program: Program | undefined
  /** What became of it, once it has ended. */
  ending: Ending | undefined
  readonly #addresses = new Map<ServerKey, string>()
  readonly #opened = new AsyncDisposableStack()
  #folder: Promise<TemporaryFolder> | undefined

  /** The folder of this scenario's own: empty at its begin, gone at its end. */
  async folder(): Promise<string> {
    this.#folder ??= temporaryFolder(this.name).then((folder) => this.keep(folder))
    return (await this.#folder).path
  }

  /** Starts `hostvitals …`; it is killed at the end when it still runs. */
  start(args: readonly string[], options: ProgramOptions = {}): Program {
    this.program = this.keep(startProgram(args, options))
    return this.program
  }

  /** What the program said and how it ended. */
  said(): Ending {
    if (this.ending === undefined) throw new Error('the scenario has not ended a program yet')
    return this.ending
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

  /** Closes all that the scenario opened. */
  async close(): Promise<void> {
    await this.#opened.disposeAsync()
  }
}

setWorldConstructor(HostvitalsWorld)

Before(function begin(this: HostvitalsWorld, { pickle }) {
  this.name = pickle.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')
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

After(function end(this: HostvitalsWorld) {
  return this.close()
})

AfterAll(() => servers.stop())
