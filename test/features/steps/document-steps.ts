import { equal, ok } from 'node:assert/strict'
import { join } from 'node:path'
import { Then, type DataTable } from '@cucumber/cucumber'
import type { Answer } from '../../../src/query/answer/answer.ts'
import { plainSql } from '../../support/plain-sql.ts'
import type { HostvitalsWorld } from '../support/world.ts'

Then(
  'it prints an answer in {string} with at least {int} points',
  function printsAnswer(this: HostvitalsWorld, unit: string, count: number) {
    // The form of `query --json` is this type.
    const answer = JSON.parse(this.said().stdout) as Answer
    equal(answer.unit, unit)
    const [first] = answer.series
    ok(first !== undefined && first.points.length >= count, this.said().stdout)
  },
)

Then('it prints the metrics', function printsMetrics(this: HostvitalsWorld, table: DataTable) {
  // The form of `scrape --json`.
  const { samples } = JSON.parse(this.said().stdout) as { readonly samples: readonly { name: string; value: number }[] }
  equal(samples.length, table.hashes().length)
  for (const { metric = '', from = '', to = '' } of table.hashes()) {
    const value = samples.find(({ name }) => name === metric)?.value
    ok(value !== undefined && value >= Number(from) && value <= Number(to), `${metric} is ${String(value)}`)
  }
})

Then(
  'plain SQL finds {string} in the file {string}',
  async function findsInFile(this: HostvitalsWorld, metric: string, file: string) {
    const location = { kind: 'sqlite', file: join(await this.folder(), file) } as const
    const rows = await plainSql(location, `SELECT value FROM sample WHERE metric = '${metric}' AND value > 0`)
    ok(rows.length > 0, `${metric} is not in ${file}`)
  },
)
