import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dashboardJson } from '../../examples/grafana/source/dashboard.ts'
import { grafanaDatabases } from '../../examples/grafana/source/databases.ts'
import { grafanaSql } from '../support/grafana-macros.ts'

const folder = join(import.meta.dirname, '../../examples/grafana')

describe('the dashboards of examples/grafana', () => {
  it.each(grafanaDatabases)('$file is current (npm run docs)', (database) => {
    expect(readFileSync(join(folder, database.file), 'utf8')).toBe(dashboardJson(database))
  })
})

describe("Grafana's macros, as the tests put them in", () => {
  const asked = { fromMs: 60_000, toMs: 120_500, variables: { step: ['60'], host: ['1', '2'] } }

  it.each([
    [
      'grafana-postgresql-datasource',
      "$__timeGroup(time, '${step}s', NULL) $__timeFilter(time)",
      "floor(extract(epoch from time)/60)*60 time BETWEEN '1970-01-01T00:01:00.000Z' AND '1970-01-01T00:02:00.500Z'",
    ],
    [
      'mysql',
      "$__timeGroup(time,'60s') $__timeFilter(time)",
      'UNIX_TIMESTAMP(time) DIV 60 * 60 time BETWEEN FROM_UNIXTIME(60) AND FROM_UNIXTIME(120)',
    ],
    [
      'frser-sqlite-datasource',
      '$__unixEpochGroupSeconds(time, $step, NULL) IN (${host:csv}) $__from',
      'cast((time / 60) as int) * 60 IN (1,2) 60000',
    ],
  ])('of %s', (plugin, sql, expected) => {
    expect(grafanaSql(sql, plugin, asked)).toBe(expected)
  })

  it.each(['$__nothing(time)', '$unknown', '${host}', '$__timeFilter(time)'])('refuse %s', (sql) => {
    expect(() => grafanaSql(sql, 'frser-sqlite-datasource', asked)).toThrow(/not known here|nothing was chosen|several/)
  })
})
