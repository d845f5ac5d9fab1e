import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { prometheusName } from '../../src/vitals/exposition.ts'
import { vitalTable } from '../../src/vitals/vital-table.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8')

it('docs/operations.md has every vital as it is, in its order, and no other', () => {
  const rows = page.split('\n').filter((line) => /^\| (?:`hostvitals\.|not stored \|)/.test(line))
  expect(rows).toEqual(
    vitalTable.map((row) => {
      const stored = row.isStored ? `\`${row.name}\`` : 'not stored'
      return `| ${stored} | \`${prometheusName(row)}\` | ${row.kind} | \`${row.unit}\` | ${row.description} |`
    }),
  )
})

it('docs/operations.md names only what /metrics has', () => {
  const has = new Set([...vitalTable.map(prometheusName), 'hostvitals_build_info', 'hostvitals_start_time_seconds'])
  const named = [...page.matchAll(/`(hostvitals_\w+)`/g)].map(([, name = '']) => name)
  expect(named.length).toBeGreaterThan(vitalTable.length)
  expect(named.filter((name) => !has.has(name))).toEqual([])
})
