import { deepEqual, equal } from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { Given, Then, When } from '@cucumber/cucumber'
import { connectionTo, startConsumer, startProducer, type RunningProducer } from '../../support/kafka-roles.ts'
import { until } from '../../support/until.ts'
import { VirtualClock } from '../../support/virtual-clock.ts'
import type { HostvitalsWorld } from '../support/world.ts'

const intervalMs = 10 * 60_000
const threeDaysMs = 3 * 86_400_000

/** A host whose clock the scenario moves. */
interface SlowHost {
  readonly clock: VirtualClock
  readonly producer: RunningProducer
  readonly firstMs: number
}

const hosts = new WeakMap<HostvitalsWorld, SlowHost>()

Given('a host that measures every ten minutes, three days ago', async function start(this: HostvitalsWorld) {
  const firstMs = Math.floor((Date.now() - threeDaysMs) / intervalMs) * intervalMs
  const clock = new VirtualClock(firstMs)
  const wish = { folder: await this.folder(), intervalMs, clock, flushMs: 0 }
  const producer = this.keep(await startProducer(connection(this), wish))
  hosts.set(this, { clock, producer, firstMs })
})

When('three days go by', { timeout: 300_000 }, async function pass(this: HostvitalsWorld) {
  const { clock, producer } = hostOf(this)
  const readings = threeDaysMs / intervalMs
  for (let taken = 1; ; taken++) {
    // A reading is on the disk before the next time comes: the disk is real and knows nothing of this clock.
    while (producer.accepted() < taken) await setImmediate()
    if (taken === readings) return
    await clock.advance(intervalMs)
  }
})

Then('the host has {int} readings in its spool', function waiting(this: HostvitalsWorld, count: number) {
  const { producer } = hostOf(this)
  equal(producer.accepted(), count)
  equal(producer.spooled(), count)
})

When('a consumer starts', async function consume(this: HostvitalsWorld) {
  const { location } = this.database
  if (location.kind !== 'sqlite') throw new Error('this consumer stores in SQLite')
  this.keep(await startConsumer(connection(this), { folder: location.file.replace(/\/[^/]+$/, '') }))
})

Then(
  'all readings are soon in the database, once, each under the time when it was taken',
  async function allThere(this: HostvitalsWorld) {
    const { clock, producer, firstMs } = hostOf(this)
    await until('an empty spool', async () => {
      await clock.advance(100)
      return producer.spooled() === 0 || undefined
    })
    const count = producer.accepted()
    const rows = await until(`${count} readings`, async () => {
      const found = await this.database.sql('SELECT time, seq FROM scrape ORDER BY time')
      return found.length >= count ? found : undefined
    })
    deepEqual(
      rows.map(({ time, seq }) => [Date.parse(`${String(time)}Z`), seq]),
      Array.from({ length: count }, (_, at) => [firstMs + at * intervalMs, at + 1]),
    )
  },
)

function hostOf(world: HostvitalsWorld): SlowHost {
  const host = hosts.get(world)
  if (host === undefined) throw new Error('the scenario has no such host')
  return host
}

function connection({ brokers, topic }: HostvitalsWorld): ReturnType<typeof connectionTo> {
  return connectionTo(brokers, { topic })
}
