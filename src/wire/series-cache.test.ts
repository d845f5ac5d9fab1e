import { expect, it } from 'vitest'
import type { Series } from '../metric/sample.ts'
import { SeriesCache } from './series-cache.ts'

function seriesOf(name: string): Series {
  return { name, unit: '', kind: 'gauge', attributes: {} }
}

it('gives equal series one object, by whatever bytes they came', () => {
  const cache = new SeriesCache()
  const metric = cache.ofMetric('metric a')
  const one = cache.add(seriesOf('a'), metric, 'bytes')
  expect(cache.add(seriesOf('a'), cache.ofMetric('written otherwise'), undefined)).toBe(one)
  expect(cache.ofMetric('metric a').get('bytes')).toBe(one)
  expect(cache.add(seriesOf('b'), metric, 'others')).not.toBe(one)
})

it('gives equal lists one layout, however many begin alike', () => {
  const cache = new SeriesCache()
  const metric = cache.ofMetric('m')
  const list = Array.from({ length: 30 }, (_, index) => cache.add(seriesOf(`s${index}`), metric, `${index}`))
  const layouts = list.map((_, index) => cache.layoutOf(list.slice(0, index + 1)))
  expect(new Set(layouts).size).toBe(30)
  for (const [index, layout] of layouts.entries()) expect(cache.layoutOf(list.slice(0, index + 1))).toBe(layout)
})

it('forgets everything when told to trim too much, and goes on', () => {
  const cache = new SeriesCache(100)
  const one = cache.add(seriesOf('a'), cache.ofMetric('m'), 'bytes')
  cache.trim()
  expect(cache.ofMetric('m').get('bytes')).toBe(one)
  const hash = cache.layoutOf([one]).hash
  cache.add(seriesOf('x'.repeat(100)), cache.ofMetric('n'), 'bytes')
  cache.trim()
  expect(cache.ofMetric('m').get('bytes')).toBeUndefined()
  expect(cache.layoutOf([cache.add(seriesOf('a'), cache.ofMetric('m'), 'bytes')]).hash).toBe(hash)
})
