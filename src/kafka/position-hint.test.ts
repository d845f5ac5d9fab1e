import { expect, it } from 'vitest'
import { type Hint, PositionHint } from './position-hint.ts'

function hintOf(partition: number, offset: bigint): Hint {
  return { topic: 't', partition, offset, leaderEpoch: -1 }
}

it('tells one after the other, only the newest of each partition, and goes on after a failure', async () => {
  const told: (readonly Hint[])[] = []
  const answers = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const hint = new PositionHint((offsets) => {
    told.push(offsets)
    return answers[told.length - 1]?.promise ?? Promise.resolve()
  })
  for (const [partition, offset] of [
    [0, 1n],
    [0, 2n],
    [1, 5n],
    [0, 3n],
  ] as const)
    hint.tell(hintOf(partition, offset))
  expect(told).toEqual([[hintOf(0, 1n)]])
  answers[0]?.reject(new Error('away'))
  answers[1]?.resolve()
  await hint.told()
  expect(told).toEqual([[hintOf(0, 1n)], [hintOf(0, 3n), hintOf(1, 5n)]])
})

it('goes on where telling fails before it has begun', async () => {
  const told: bigint[] = []
  const hint = new PositionHint((offsets) => {
    told.push(...offsets.map(({ offset }) => offset))
    throw new Error('closed')
  })
  hint.tell(hintOf(0, 1n))
  await hint.told()
  hint.tell(hintOf(0, 2n))
  await hint.told()
  expect(told).toEqual([1n, 2n])
})
