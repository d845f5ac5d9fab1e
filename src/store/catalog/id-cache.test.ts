import { expect, it } from 'vitest'
import { StoreUnavailableError } from '../../runtime/errors.ts'
import { IdCache } from './id-cache.ts'

/** A table in memory that counts how often it is asked. */
function tableOf(names: readonly string[]) {
  const rows = new Map(names.map((name, index) => [name, index + 1]))
  const inserted: string[][] = []
  let reads = 0
  const cache = new IdCache<string>({
    keyOf: (name) => name,
    read: async (asked) => {
      reads++
      return new Map(asked.flatMap((name) => [[name, rows.get(name) ?? 0] as const]).filter(([, id]) => id > 0))
    },
    insert: async (missing) => {
      inserted.push([...missing])
      for (const name of missing) rows.set(name, rows.size + 1)
    },
  })
  return { cache, inserted, rows, reads: () => reads }
}

it('reads what is there, inserts what is new in the order of its keys, and asks once', async () => {
  const { cache, inserted, reads } = tableOf(['b'])
  expect(await cache.idsOf(['c', 'b', 'a', 'c'])).toEqual([3, 1, 2, 3])
  expect(inserted).toEqual([['a', 'c']])
  expect(await cache.idsOf(['a', 'b'])).toEqual([2, 1])
  expect(reads()).toBe(2)
})

it('asks again after it was told to forget', async () => {
  const { cache, rows } = tableOf(['a'])
  await cache.idsOf(['a'])
  rows.set('a', 77)
  expect(await cache.idsOf(['a'])).toEqual([1])
  cache.forget()
  expect(await cache.idsOf(['a'])).toEqual([77])
})

it('finds without inserting', async () => {
  const { cache, inserted } = tableOf(['a'])
  expect(await cache.find('a')).toBe(1)
  expect(await cache.find('z')).toBeUndefined()
  expect(inserted).toEqual([])
})

it('does not make an id up when one cannot be read back', async () => {
  const cache = new IdCache<string>({
    keyOf: (name) => name,
    read: async () => new Map(),
    insert: async () => undefined,
  })
  await expect(cache.idsOf(['a'])).rejects.toThrow(StoreUnavailableError)
})
