import { expect, it } from 'vitest'
import { BoundedCache } from './bounded-cache.ts'

it('forgets what was not used for longest, by weight', () => {
  const cache = new BoundedCache<number>(10)
  cache.set('a', 1, 4)
  cache.set('b', 2, 4)
  expect(cache.get('a')).toBe(1)
  cache.set('c', 3, 4)
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3])
})

it('counts a value that took the place of another once', () => {
  const cache = new BoundedCache<number>(10)
  for (let value = 0; value < 9; value++) cache.set('a', value, 4)
  cache.set('b', 1, 4)
  expect([cache.get('a'), cache.get('b')]).toEqual([8, 1])
})

it('keeps nothing that is heavier than all it may hold', () => {
  const cache = new BoundedCache<number>(10)
  cache.set('a', 1, 4)
  cache.set('b', 2, 11)
  expect([cache.get('a'), cache.get('b')]).toEqual([undefined, undefined])
})
