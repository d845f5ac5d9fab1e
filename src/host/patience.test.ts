import { expect, it } from 'vitest'
import { Patience } from './patience.ts'

const calm = (): AbortSignal => new AbortController().signal

it('asks all, and gives what they said in their order', async () => {
  const patience = new Patience<string>()
  const answers = await patience.ask(['b', 'a', 'c'], (key) => Promise.resolve(`${key}!`), calm())
  expect([...answers]).toEqual([
    ['b', 'b!'],
    ['a', 'a!'],
    ['c', 'c!'],
  ])
})

it('asks two at a time', async () => {
  const patience = new Patience<number>()
  let atOnce = 0
  const seen: number[] = []
  await patience.ask(
    ['a', 'b', 'c', 'd', 'e'],
    async () => {
      atOnce++
      seen.push(atOnce)
      await Promise.resolve()
      atOnce--
      return 0
    },
    calm(),
  )
  expect(Math.max(...seen)).toBe(2)
})

it('leaves out who fails', async () => {
  const patience = new Patience<string>()
  const ask = (isBroken: boolean): Promise<ReadonlyMap<string, string>> =>
    patience.ask(
      ['a', 'b'],
      (key) => (isBroken && key === 'a' ? Promise.reject(new Error('EIO')) : Promise.resolve(key)),
      calm(),
    )
  expect([...(await ask(true)).keys()]).toEqual(['b'])
  expect([...(await ask(false)).keys()]).toEqual(['a', 'b'])
})

it('does not ask who has not answered, and asks again once they did', async () => {
  const patience = new Patience<string>()
  const { promise: later, resolve } = Promise.withResolvers<string>()
  const asked: string[] = []
  const ask = (signal: AbortSignal): Promise<ReadonlyMap<string, string>> =>
    patience.ask(
      ['hangs', 'a', 'b'],
      (key) => {
        asked.push(key)
        return key === 'hangs' ? later : Promise.resolve(key)
      },
      signal,
    )
  const over = new AbortController()
  over.abort()
  // The round is over while it still hangs: what the others said by then is kept.
  expect([...(await ask(over.signal)).keys()]).not.toContain('hangs')
  asked.length = 0
  expect([...(await ask(calm())).keys()]).toEqual(['a', 'b'])
  expect(asked).toEqual(['a', 'b'])
  resolve('at last')
  await later
  expect((await ask(calm())).get('hangs')).toBe('at last')
})

it('gives up the rest where two hang', async () => {
  const patience = new Patience<string>()
  const over = new AbortController()
  over.abort()
  await patience.ask(['x', 'y'], () => new Promise(() => {}), over.signal)
  expect(await patience.ask(['x', 'y', 'a'], (key) => Promise.resolve(key), calm())).toEqual(new Map())
})
