import { deepEqual, ok } from 'node:assert/strict'
import { type DataTable, Given, Then } from '@cucumber/cucumber'
import { errorBound } from '../../../src/metric/percentile.ts'
import { writeConfiguration } from '../../support/configuration-files.ts'
import type { Row } from '../../support/plain-sql.ts'
import { until } from '../../support/until.ts'
import { askQuery } from '../support/ask-query.ts'
import type { HostvitalsWorld } from '../support/world.ts'

const columns = ['p50', 'p90', 'p95', 'p99'] as const

/** Of values that span a factor of 1000, as docs/kinds.md says. */
const statedBound = 0.022

Given(
  'three configuration files, where the host {string} has timed {string} a thousand times, from {float} to {float} seconds',
  async function timed(this: HostvitalsWorld, hostName: string, metric: string, least: number, largest: number) {
    const metrics = `
    (() => {
      const answers = timer('${metric}')
      for (let n = 0; n < 1000; n++) answers.record(${least} + (n * (${largest} - ${least})) / 999)
      return answers
    })(),`
    const { brokers, topic, database } = this
    await writeConfiguration(await this.folder(), { brokers, topic, database, hostName, metrics, interval: '1s' })
  },
)

Then(
  'plain SQL soon finds {int} observations of {string} by {string}, the least {float} and the largest {float} seconds',
  async function observed(
    this: HostvitalsWorld,
    observations: number,
    metric: string,
    host: string,
    least: number,
    largest: number,
  ) {
    const rows = await timingRows(this, metric, host)
    deepEqual(
      rows.map(({ count, min, max, unit }) => [Number(count), min, max, unit]),
      [[observations, least, largest, 's']],
    )
  },
)

Then(
  'within the bound that the docs state the percentiles of {string} are',
  async function percentiles(this: HostvitalsWorld, metric: string, table: DataTable) {
    const [exact = {}] = table.hashes()
    const row = await percentilesInSql(this, metric)
    const [{ scale } = {}] = await this.database.sql(
      `SELECT h.scale FROM ${this.table('histogram')} h JOIN ${this.table('series')} s ON s.series_id = h.series_id
         JOIN ${this.table('metric')} m ON m.metric_id = s.metric_id WHERE m.name = '${metric}'`,
    )
    const bound = errorBound(Number(scale))
    ok(bound <= statedBound, `the bound is ${bound}`)
    for (const column of columns) {
      const error = Math.abs(Number(row[column]) / Number(exact[column]) - 1)
      ok(error <= bound, `${column} is ${String(row[column])}, off by ${error}, more than ${bound}`)
    }
  },
)

Then(
  '{string} tells the same percentiles of {string}',
  async function same(this: HostvitalsWorld, command: string, metric: string) {
    const row = await percentilesInSql(this, metric)
    const { series } = await askQuery(this, command)
    deepEqual(
      columns.map((column) => {
        const line = series.find(({ statistic }) => statistic === column)
        return line?.points.map(([, value]) => value).filter((value) => value !== null)
      }),
      columns.map((column) => [row[column]]),
    )
  },
)

async function percentilesInSql(world: HostvitalsWorld, metric: string): Promise<Row> {
  const [row = {}] = await world.database.sql(
    `SELECT p50, p90, p95, p99 FROM ${world.table('timing')} WHERE metric = '${metric}'`,
  )
  return row
}

/** Asks until the database has rows: its tables may not be there yet, either. */
async function timingRows(world: HostvitalsWorld, metric: string, host: string): Promise<readonly Row[]> {
  return until(`a timing of ${metric}`, async () => {
    const rows = await world.database.sql(
      `SELECT count, min, max, unit FROM ${world.table('timing')} WHERE metric = '${metric}' AND host = '${host}'`,
    )
    return rows.length > 0 ? rows : undefined
  })
}
