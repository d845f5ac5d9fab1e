import { deepEqual, ok } from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Then, When } from '@cucumber/cucumber'
import { until } from '../../support/until.ts'
import type { HostvitalsWorld } from '../support/world.ts'

When('{int} more readings are taken', async function taken(this: HostvitalsWorld, more: number) {
  const before = await readingsTaken(this)
  await until(`${more} more readings`, async () => (await readingsTaken(this)) >= before + more || undefined)
})

Then('{int} readings are soon in the database', async function stored(this: HostvitalsWorld, count: number) {
  await until(`${count} readings`, async () => (await readingsStored(this)).length >= count || undefined)
})

Then('every reading is soon in the database, once', async function everyReading(this: HostvitalsWorld) {
  const taken = await readingsTaken(this)
  ok(taken > 0, 'no reading was taken')
  await until(`${taken} readings`, async () => (await readingsStored(this)).length >= taken || undefined)
  const numbers = await readingsStored(this)
  deepEqual(
    numbers,
    Array.from(numbers, (_, index) => index + 1),
  )
})

Then('there is no gap and no dead letter', async function nothingLost(this: HostvitalsWorld) {
  deepEqual(await this.database.sql(`SELECT * FROM ${this.table('ingest_gap')}`), [])
  deepEqual(await this.database.sql(`SELECT * FROM ${this.table('dead_letter')}`), [])
})

/** How many readings the host took, as the metric itself notes them: a byte each. */
async function readingsTaken(world: HostvitalsWorld): Promise<number> {
  const journal = join(await world.folder(), 'readings.txt')
  return existsSync(journal) ? (await readFile(journal)).length : 0
}

/** The number of each stored reading, in order: where every one is stored once, they are 1, 2, 3 … */
async function readingsStored(world: HostvitalsWorld): Promise<readonly number[]> {
  const sql = `SELECT value FROM ${world.table('sample')} WHERE metric = 'reading' ORDER BY value`
  const rows = await world.database.sql(sql)
  return rows.map(({ value }) => Number(value))
}
