import { DatabaseSync } from 'node:sqlite'
import { Given, When } from '@cucumber/cucumber'
import { startKafkaBroker, type KafkaBroker } from '../../support/kafka-broker.ts'
import { ownSqlite } from '../../support/own-database.ts'
import type { HostvitalsWorld } from '../support/world.ts'

Given('an empty SQLite database', async function sqlite(this: HostvitalsWorld) {
  this.database = await ownSqlite(this.name)
})

Given("a Kafka broker of this scenario's own", async function ownKafka(this: HostvitalsWorld) {
  const broker = await this.startOwn(startKafkaBroker)
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

function ownBroker({ broker }: HostvitalsWorld): KafkaBroker {
  if (broker === undefined) throw new Error('the scenario has no Kafka broker of its own')
  return broker
}
