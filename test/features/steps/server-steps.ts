import { DatabaseSync } from 'node:sqlite'
import { Given, When } from '@cucumber/cucumber'
import { startKafkaBroker, type KafkaBroker } from '../../support/kafka-broker.ts'
import type { DatabaseServer } from '../../support/database-server.ts'
import { isDatabaseName, ownServerDatabase, ownSqlite, serversOfDatabases } from '../../support/own-database.ts'
import { startMariadbServer } from '../../support/mariadb-server.ts'
import { startMysqlServer } from '../../support/mysql-server.ts'
import { startPostgresServer } from '../../support/postgres-server.ts'
import type { HostvitalsWorld } from '../support/world.ts'

const starts = {
  PostgreSQL: startPostgresServer,
  MySQL: startMysqlServer,
  MariaDB: startMariadbServer,
} as const

Given(/^an empty (\w+) database$/, async function emptyDatabase(this: HostvitalsWorld, name: string) {
  if (!isDatabaseName(name)) throw new Error(`${name} is no database that hostvitals knows`)
  if (name === 'SQLite') this.database = await ownSqlite(this.name)
  else this.database = await ownServerDatabase(name, this.address(serversOfDatabases[name]))
})

Given(
  /^an empty database on a (PostgreSQL|MySQL|MariaDB) server of this scenario's own$/,
  async function ownServer(this: HostvitalsWorld, name: keyof typeof starts) {
    const server = await this.startOwn(serversOfDatabases[name], starts[name])
    if (server === 'skipped') return server
    this.keep({ [Symbol.asyncDispose]: async () => server.stop() })
    this.server = server
    this.database = await ownServerDatabase(name, server.url)
    return undefined
  },
)

Given("a Kafka broker of this scenario's own", async function ownKafka(this: HostvitalsWorld) {
  const broker = await this.startOwn('kafkaBrokers', startKafkaBroker)
  if (broker === 'skipped') return broker
  this.keep({ [Symbol.asyncDispose]: async () => broker.stop() })
  this.broker = broker
  return undefined
})

When('Kafka is killed', async function kill(this: HostvitalsWorld) {
  this.momentMs = Date.now()
  await ownBroker(this).kill()
})

When('Kafka is started again', async function start(this: HostvitalsWorld) {
  this.momentMs = Date.now()
  await ownBroker(this).start()
})

When('another program locks the database', function lock(this: HostvitalsWorld) {
  const { location } = this.database
  if (location.kind !== 'sqlite') throw new Error('only SQLite is locked as a whole')
  this.momentMs = Date.now()
  const other = new DatabaseSync(location.file, { timeout: 10_000 })
  other.exec('BEGIN IMMEDIATE')
  this.lock = this.keep({ [Symbol.asyncDispose]: async () => (other.isOpen ? other.close() : undefined) })
})

When('the other program is done with it', async function unlock(this: HostvitalsWorld) {
  this.momentMs = Date.now()
  await this.lock?.[Symbol.asyncDispose]()
})

When('the database server is killed', async function kill(this: HostvitalsWorld) {
  this.momentMs = Date.now()
  await ownDatabaseServer(this).kill()
})

When('the database server is started again', async function start(this: HostvitalsWorld) {
  this.momentMs = Date.now()
  await ownDatabaseServer(this).start()
})

function ownDatabaseServer({ server }: HostvitalsWorld): DatabaseServer {
  if (server === undefined) throw new Error('the scenario has no database server of its own')
  return server
}

function ownBroker({ broker }: HostvitalsWorld): KafkaBroker {
  if (broker === undefined) throw new Error('the scenario has no Kafka broker of its own')
  return broker
}
