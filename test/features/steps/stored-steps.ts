import { deepEqual, equal, ok } from 'node:assert/strict'
import { Then } from '@cucumber/cucumber'
import type { Row } from '../../support/plain-sql.ts'
import { until } from '../../support/until.ts'
import { askQuery } from '../support/ask-query.ts'
import type { HostvitalsWorld } from '../support/world.ts'

Then(
  'plain SQL soon finds that {string} has a {string} of {float} {string}',
  async function hasValue(this: HostvitalsWorld, host: string, metric: string, value: number, unit: string) {
    const rows = await untilStored(
      this,
      `SELECT host, metric, value, unit FROM ${this.table('sample')}
      WHERE metric = '${metric}' AND host = '${host}' ORDER BY time DESC LIMIT 1`,
    )
    deepEqual(rows, [{ host, metric, value, unit }])
  },
)

Then(
  'plain SQL soon finds that {string} has timed {string}',
  async function hasTimed(this: HostvitalsWorld, host: string, metric: string) {
    const rows = await untilStored(
      this,
      `SELECT count, p50, p99, unit FROM ${this.table('timing')}
      WHERE metric = '${metric}' AND host = '${host}' ORDER BY time DESC LIMIT 1`,
    )
    const [{ count, p50, p99, unit } = {}] = rows
    deepEqual([Number(count), unit], [1, 's'])
    ok(Number(p50) > 0 && Number(p50) === Number(p99), `p50 is ${String(p50)}, p99 ${String(p99)}`)
  },
)

Then('{string} answers {float}', async function answers(this: HostvitalsWorld, command: string, value: number) {
  const { series } = await askQuery(this, command)
  equal(series.length, 1)
  const values = series.flatMap(({ points }) => points.map(([, each]) => each)).filter((each) => each !== null)
  deepEqual([...new Set(values)], [value])
})

/** Asks until the database has rows: its tables may not be there yet, either. */
async function untilStored({ database }: HostvitalsWorld, sql: string): Promise<readonly Row[]> {
  return until(`a row of ${sql}`, async () => {
    const rows = await database.sql(sql)
    return rows.length > 0 ? rows : undefined
  })
}
