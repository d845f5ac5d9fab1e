import { deepEqual, equal, ok } from 'node:assert/strict'
import { Then, When } from '@cucumber/cucumber'
import type { Row } from '../../support/plain-sql.ts'
import { until } from '../../support/until.ts'
import type { HostvitalsWorld } from '../support/world.ts'

Then(
  'plain SQL soon finds {int} hosts of the name {string}, with the numbers {float} and {float}',
  async function findsHosts(this: HostvitalsWorld, count: number, name: string, one: number, other: number) {
    const hosts = await until(`${count} hosts`, async () => {
      const rows = await numbersOf(this, name)
      return rows.length >= count ? rows : undefined
    })
    equal(hosts.length, count)
    deepEqual(
      hosts.map(({ lowest, highest }) => [lowest, highest]),
      [
        [one, one],
        [other, other],
      ],
    )
  },
)

When(
  'I ask for {string} of the host {string}',
  async function ask(this: HostvitalsWorld, metric: string, host: string) {
    this.ending = await query(this, metric, host)
  },
)

When('I ask to forget the host {string}', async function forget(this: HostvitalsWorld, host: string) {
  this.ending = await this.start(`hostvitals hosts forget ${host} --yes --store ${this.database.url}`).ending()
})

Then('it complains of the uids of both', async function names(this: HostvitalsWorld) {
  const uids = await uidsOf(this)
  equal(uids.length, 2)
  for (const uid of uids) ok(this.said().stderr.includes(uid), `${uid} is not in:\n${this.said().stderr}`)
})

Then(
  'asking for {string} by uid answers {float} and {float}',
  async function byUid(this: HostvitalsWorld, metric: string, one: number, other: number) {
    const answers: (readonly number[])[] = []
    for (const uid of await uidsOf(this)) {
      const { code, stdout, stderr } = await query(this, metric, uid)
      equal(code, 0, stderr)
      answers.push(valuesOf(stdout))
    }
    deepEqual(
      answers.flat().sort((a, b) => a - b),
      [one, other],
    )
  },
)

/** The lowest and the highest number of each host of this name; what an agent says of itself is none of them. */
async function numbersOf(world: HostvitalsWorld, name: string): Promise<readonly Row[]> {
  return world.database.sql(
    `SELECT host_id, min(value) AS lowest, max(value) AS highest FROM ${world.table('sample')}
      WHERE host = '${name}' AND metric NOT LIKE 'hostvitals.%' GROUP BY host_id ORDER BY lowest`,
  )
}

async function uidsOf(world: HostvitalsWorld): Promise<readonly string[]> {
  // A consumer that runs for a while is a host of its own.
  const rows = await world.database.sql(
    `SELECT agent_uid FROM ${world.table('host')} WHERE name NOT LIKE '%(consumer)' ORDER BY host_id`,
  )
  return rows.map((row) => String(row['agent_uid']))
}

async function query(world: HostvitalsWorld, metric: string, host: string) {
  const command = `hostvitals query ${metric} --host ${host} --store ${world.database.url} --json`
  return world.start(command, { cwd: await world.folder() }).ending()
}

/** The different values of an answer. */
function valuesOf(text: string): readonly number[] {
  // The form of `query --json`.
  const { series } = JSON.parse(text) as {
    readonly series: readonly { readonly points: readonly [number, number | null][] }[]
  }
  return [...new Set(series.flatMap(({ points }) => points.flatMap(([, value]) => (value === null ? [] : [value]))))]
}
