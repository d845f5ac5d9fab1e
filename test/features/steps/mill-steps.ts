import { deepEqual, ok } from 'node:assert/strict'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Given, Then, When } from '@cucumber/cucumber'
import { writeConfiguration } from '../../support/configuration-files.ts'
import { until } from '../../support/until.ts'
import { askQuery } from '../support/ask-query.ts'
import type { HostvitalsWorld } from '../support/world.ts'

const dayMs = 86_400_000

/** What the mill's files hold: the wheel counts since the mill was started, as a kernel does; the book is a total alone. */
interface Mill {
  readonly turns: number
  /** Unix milliseconds. */
  readonly since: number
}

// The wheel's is a metric by hand, which says itself since when it counts; the book's is a function as people write it.
const metrics = `
    {
      name: 'wheel',
      read: () => {
        const { turns, since } = JSON.parse(readFileSync(new URL('wheel.json', import.meta.url), 'utf8'))
        const series = { name: 'mill.turns', unit: '{turn}', kind: 'counter', attributes: {}, integer: true }
        return [{ series, value: turns, startTimeMs: since }]
      },
    },
    counter('mill.sacks', () => Number(readFileSync(new URL('book.txt', import.meta.url), 'utf8')), { unit: '{sack}' }),`

Given(
  'three configuration files, where a mill counts the turns of its wheel and the sacks in its book',
  async function mill(this: HostvitalsWorld) {
    const { brokers, topic, database } = this
    const said = { hostName: 'mill', metrics, interval: '1s' }
    await writeConfiguration(await this.folder(), { brokers, topic, database, ...said })
  },
)

Given(
  'the wheel has turned {int} times since the mill was started',
  async function turned(this: HostvitalsWorld, turns: number) {
    await writeMill(this, 'wheel.json', JSON.stringify({ turns, since: Date.now() - dayMs }))
  },
)

Given('the book says {int} sacks', async function book(this: HostvitalsWorld, sacks: number) {
  await writeMill(this, 'book.txt', String(sacks))
})

When('the wheel turns {int} times more', async function turns(this: HostvitalsWorld, more: number) {
  // The form that these steps write.
  const wheel = JSON.parse(await readFile(join(await this.folder(), 'wheel.json'), 'utf8')) as Mill
  await writeMill(this, 'wheel.json', JSON.stringify({ ...wheel, turns: wheel.turns + more }))
})

When(
  'the mill is started anew, and its wheel turns {int} times',
  async function anew(this: HostvitalsWorld, turns: number) {
    await writeMill(this, 'wheel.json', JSON.stringify({ turns, since: Date.now() }))
  },
)

Then('a total of {int} turns is soon in the database', async function total(this: HostvitalsWorld, turns: number) {
  await until(`a total of ${turns} turns`, async () => {
    const rows = await this.database.sql(
      `SELECT value FROM ${this.table('sample')} WHERE metric = 'mill.turns' AND value = ${turns}`,
    )
    return rows.length > 0 ? rows : undefined
  })
})

Then('{string} adds up to {int}', async function adds(this: HostvitalsWorld, command: string, sum: number) {
  const values = await valuesOf(this, command)
  deepEqual(
    values.reduce((all, value) => all + value, 0),
    sum,
    `of ${values.join(', ')}`,
  )
})

Then('{string} answers nothing below 0', async function notNegative(this: HostvitalsWorld, command: string) {
  const values = await valuesOf(this, command)
  ok(values.length > 0, 'it answered nothing')
  deepEqual(
    values.filter((value) => value < 0),
    [],
  )
})

async function valuesOf(world: HostvitalsWorld, command: string): Promise<readonly number[]> {
  const { series } = await askQuery(world, command)
  return series.flatMap(({ points }) => points.flatMap(([, value]) => (value === null ? [] : [value])))
}

/** At once, so that no reading meets half a file. */
async function writeMill(world: HostvitalsWorld, file: string, text: string): Promise<void> {
  const path = join(await world.folder(), file)
  await writeFile(`${path}.new`, text)
  await rename(`${path}.new`, path)
}
