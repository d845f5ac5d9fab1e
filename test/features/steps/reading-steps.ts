import { deepEqual, equal, ok } from 'node:assert/strict'
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

Then('{int} more readings are taken by the clone', async function taken(this: HostvitalsWorld, more: number) {
  const before = await readingsTaken(this, 'clone')
  await until(`${more} more readings`, async () => (await readingsTaken(this, 'clone')) >= before + more || undefined)
})

Then(
  'what was read before the cloning is soon in the database once, and what each read after it as well',
  async function clones(this: HostvitalsWorld) {
    const [own, clones] = [await readingsTaken(this), await readingsTaken(this, 'clone')]
    const before = this.readingsBeforeCloning
    ok(before > 0 && own > before && clones > before, `${before} before, then to ${own} and to ${clones}`)
    const expected = [...numbers(1, own), ...numbers(before + 1, clones)].sort((a, b) => a - b)
    await until(
      `${expected.length} readings`,
      async () => (await readingsStored(this)).length >= expected.length || undefined,
    )
    deepEqual(await readingsStored(this), expected)
  },
)

Then(
  'every reading is soon in the database, once, or in a lost gap that says {string}',
  async function storedOrLost(this: HostvitalsWorld, reason: string) {
    const taken = await readingsTaken(this)
    await until(`reading ${taken}`, async () => (await readingsStored(this)).includes(taken) || undefined)
    const stored = await readingsStored(this)
    equal(new Set(stored).size, stored.length)
    const gaps = await this.database.sql(`SELECT * FROM ${this.table('ingest_gap')}`)
    ok(gaps.length > 0, 'there is no gap')
    for (const gap of gaps) deepEqual([gap['state'], gap['reason']], ['lost', reason])
    // Every reading is a record of its own, and a note has one too: a gap that holds both is larger than what is missing.
    const lost = gaps.reduce((sum, gap) => sum + Number(gap['to_seq']) - Number(gap['from_seq']) + 1, 0)
    ok(
      taken - stored.length > 0 && lost >= taken - stored.length,
      `${taken} taken, ${stored.length} stored, ${lost} lost`,
    )
    const both = await this.database.sql(
      `SELECT s.seq FROM ${this.table('scrape')} s JOIN ${this.table('ingest_gap')} g ON g.run_id = s.run_id
        WHERE s.seq BETWEEN g.from_seq AND g.to_seq`,
    )
    deepEqual(both, [])
  },
)

Then('there is no dead letter', async function noDeadLetter(this: HostvitalsWorld) {
  deepEqual(await this.database.sql(`SELECT * FROM ${this.table('dead_letter')}`), [])
})

Then('there is no gap and no dead letter', async function nothingLost(this: HostvitalsWorld) {
  deepEqual(await this.database.sql(`SELECT * FROM ${this.table('ingest_gap')}`), [])
  deepEqual(await this.database.sql(`SELECT * FROM ${this.table('dead_letter')}`), [])
})

/** How many readings the host took, as the metric itself notes them: a byte each. */
async function readingsTaken(world: HostvitalsWorld, clone = ''): Promise<number> {
  const journal = join(await world.folder(), clone, 'readings.txt')
  return existsSync(journal) ? (await readFile(journal)).length : 0
}

/** The number of each stored reading, in order: where every one is stored once, they are 1, 2, 3 … */
async function readingsStored(world: HostvitalsWorld): Promise<readonly number[]> {
  const sql = `SELECT value FROM ${world.table('sample')} WHERE metric = 'reading' ORDER BY value`
  const rows = await world.database.sql(sql)
  return rows.map(({ value }) => Number(value))
}

function numbers(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}
