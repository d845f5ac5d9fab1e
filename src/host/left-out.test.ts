import { expect, it } from 'vitest'
import { groups } from './index.ts'
import { deviations, type LeftOut, notMeasured } from './left-out.ts'

const measured = new Set(groups.flatMap(({ metrics }) => metrics.map(({ name }) => name)))
const attributes = new Set(
  groups.flatMap(({ metrics }) => metrics.flatMap((metric) => Object.keys(metric.attributes ?? {}))),
)

function namesIn(all: readonly LeftOut[]): readonly string[] {
  return all.flatMap(({ what }) => [...what.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name))
}

function isMeasured(name: string): boolean {
  return name.endsWith('.*')
    ? [...measured].some((each) => each.startsWith(name.slice(0, -1)))
    : measured.has(name) || attributes.has(name)
}

it.each(namesIn(notMeasured))('does not measure %s, as it says', (name) => {
  expect(isMeasured(name)).toBe(false)
})

it.each(namesIn(deviations))('measures %s, of which it tells a deviation', (name) => {
  expect(isMeasured(name)).toBe(true)
})

it.each([...notMeasured, ...deviations])('says of $what why, in one line', ({ what, why }) => {
  for (const text of [what, why]) expect(text).toMatch(/^[^|\n]+$/)
})
