import { setImmediate as othersTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { type Asking, Patience } from './patience.ts'
import { SlowTurns } from './slow-turns.ts'

const calm = (slowTurns = new SlowTurns()): Asking => ({ signal: new AbortController().signal, slowTurns })

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
  const turns = new SlowTurns()
  const over = new AbortController()
  const ask = (asking: Asking): Promise<ReadonlyMap<string, string>> =>
    patience.ask(
      ['hangs', 'a', 'b'],
      (key) => {
        asked.push(key)
        // The round is over while it still hangs: what the others said by then is kept.
        if (key === 'hangs') queueMicrotask(() => over.abort())
        return key === 'hangs' ? later : Promise.resolve(key)
      },
      asking,
    )
  expect([...(await ask({ signal: over.signal, slowTurns: turns })).keys()]).not.toContain('hangs')
  asked.length = 0
  expect([...(await ask(calm(turns))).keys()]).toEqual(['a', 'b'])
  expect(asked).toEqual(['a', 'b'])
  resolve('at last')
  // All that follows from the answer has happened by then.
  await othersTurn()
  expect((await ask(calm(turns))).get('hangs')).toBe('at last')
})

/** Asks devices that never answer, and is told at once that the round is over. */
async function hang(patience: Patience<string>, slowTurns: SlowTurns, ...keys: readonly string[]): Promise<void> {
  const over = new AbortController()
  const asked = patience.ask(
    keys,
    () => {
      queueMicrotask(() => over.abort())
      return new Promise(() => {})
    },
    { signal: over.signal, slowTurns },
  )
  await asked
}

it('gives up the rest where two hang', async () => {
  const patience = new Patience<string>()
  const turns = new SlowTurns()
  await hang(patience, turns, 'x', 'y')
  expect(await patience.ask(['x', 'y', 'a'], (key) => Promise.resolve(key), calm(turns))).toEqual(new Map())
})

it('asks two at a time for all groups together, which wait for each other', async () => {
  const turns = new SlowTurns()
  let atOnce = 0
  const seen: number[] = []
  const ask = async (key: string): Promise<string> => {
    atOnce++
    seen.push(atOnce)
    await Promise.resolve()
    atOnce--
    return key
  }
  const answers = await Promise.all(
    ['sensors', 'power', 'links'].map((group) =>
      new Patience<string>().ask([`${group} 1`, `${group} 2`], ask, calm(turns)),
    ),
  )
  expect(answers.map(({ size }) => size)).toEqual([2, 2, 2])
  expect(Math.max(...seen)).toBe(2)
})

it('asks nothing for any group where two hang in one or in two', async () => {
  const turns = new SlowTurns()
  await hang(new Patience<string>(), turns, 'x')
  const power = new Patience<string>()
  expect((await power.ask(['a', 'b'], (key) => Promise.resolve(key), calm(turns))).size).toBe(2)
  await hang(power, turns, 'y')
  expect((await new Patience<string>().ask(['c'], (key) => Promise.resolve(key), calm(turns))).size).toBe(0)
})
