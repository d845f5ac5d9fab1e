import { deepEqual } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Given, Then, When } from '@cucumber/cucumber'
import { ignoreEvents } from '../../../src/runtime/events.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts'
import type { MetricStore } from '../../../src/store/store.ts'
import { TestAgent } from '../../support/arrived-records.ts'
import { IngestWorld, restlessClock } from '../../support/ingest-world.ts'
import type { HostvitalsWorld } from '../support/world.ts'

const dayMs = 86_400_000

Given('an empty database of "hostvitals up" in this folder', async function emptyDatabase(this: HostvitalsWorld) {
  await mkdir(join(await this.folder(), '.hostvitals'))
  await inDatabase(this, (store) => migrate(store, { nowMs: Date.now(), rawRetentionMs: 14 * dayMs }, ignoreEvents))
})

Given(
  'the host {string} measured last {int} seconds ago',
  async function measured(this: HostvitalsWorld, host: string, seconds: number) {
    await take(this, host, 1, { agoMs: seconds * 1000, slowMs: 0 })
  },
)

Given(
  "a record of {string} was set aside while the database's machine had a slow clock",
  async function setAside(this: HostvitalsWorld, host: string) {
    await take(this, host, 2, { agoMs: 500, slowMs: 7_200_000 })
  },
)

Given(
  'the host {string} skipped {int} records',
  async function skipped(this: HostvitalsWorld, host: string, count: number) {
    await take(this, host, 3 + count, { agoMs: 400, slowMs: 0 })
  },
)

When('the host {string} measures again', async function again(this: HostvitalsWorld, host: string) {
  await take(this, host, 2, { agoMs: 300, slowMs: 0 })
})

Then('the document says that {int} records are missing', function missing(this: HostvitalsWorld, count: number) {
  // The form of `status --json`: docs/status.md.
  const { gaps } = JSON.parse(this.said().stdout) as { readonly gaps: { readonly open: unknown } }
  deepEqual(gaps.open, { ranges: 1, records: count })
})

/** One record of a host, stored by a consumer whose clock is this slow. */
async function take(
  world: HostvitalsWorld,
  host: string,
  seq: number,
  { agoMs, slowMs }: { readonly agoMs: number; readonly slowMs: number },
): Promise<void> {
  const digest = createHash('sha256').update(host).digest('hex')
  const agent = new TestAgent({ agentUid: `a0000000-0000-4000-8000-${digest.slice(0, 12)}`, name: host })
  const nowMs = Date.now()
  await inDatabase(world, (store) =>
    new IngestWorld(store, { clock: restlessClock(nowMs - slowMs) }).takeRecords(agent.record(seq, nowMs - agoMs)),
  )
}

async function inDatabase(world: HostvitalsWorld, work: (store: MetricStore) => Promise<unknown>): Promise<void> {
  const file = join(await world.folder(), '.hostvitals', 'metrics.db')
  await using store = await openSqliteStore({ file, durable: false })
  await work(store)
}
