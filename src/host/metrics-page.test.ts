import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { groups } from './index.ts'
import { metricsPage } from './metrics-page.ts'

it('docs/METRICS.md is current (npm run docs)', () => {
  expect(readFileSync(join(import.meta.dirname, '../../docs/METRICS.md'), 'utf8')).toBe(metricsPage(groups))
})

describe.each(groups)('the group $name', ({ metrics, defaults, sentences }) => {
  it('explains each of its options', () => {
    expect(Object.keys(sentences)).toEqual(Object.keys(defaults))
  })

  it.each(metrics)('says of $name what it is, in one line', ({ name, description, source, attributes }) => {
    expect(name).toMatch(/^(?:system|hw|nfs|process|container|nodejs|v8js|hostvitals)\.[a-z0-9_.]+$/)
    for (const text of [description, source, ...Object.entries(attributes ?? {}).flat()]) {
      expect(text).toMatch(/^[^|\n]+$/)
    }
  })
})

it('a metric is one thing, in whatever group', () => {
  const all = groups.flatMap(({ metrics }) => metrics)
  const kinds = Map.groupBy(all, ({ name, kind, unit, integer }) =>
    JSON.stringify([name, kind, unit, integer === true]),
  )
  expect([...kinds.keys()].length).toBe(new Set(all.map(({ name }) => name)).size)
})

it.each(groups)('the group $name defines no metric twice', ({ metrics }) => {
  const names = metrics.map(({ name }) => name)
  expect(names).toEqual([...new Set(names)])
})
