import { expect, it } from 'vitest'
import type { FetchedBatch } from '../runtime/network.ts'
import { StoringLane } from './storing-lane.ts'
import type { BatchOutcome } from './subscriber.ts'

function batchOf(partition: number, fromOffset: bigint): FetchedBatch {
  return { cluster: 'c', topic: 't', partition, fromOffset, nextOffset: fromOffset + 10n, records: [] }
}

/** A lane whose batches end when the test says so, and what it was told. `broken`: what the reader throws when it is told. */
function laneOf(broken?: Error) {
  const told: string[] = []
  const waiting: PromiseWithResolvers<BatchOutcome>[] = []
  const lane = new StoringLane<string>({
    reader: {
      commit: ({ partition, nextOffset }) => {
        told.push(`commit ${partition}/${nextOffset}`)
        if (broken !== undefined) throw broken
      },
      seek: async (_topic, partition, offset) => {
        told.push(`seek ${partition}/${offset}`)
        if (broken !== undefined) throw broken
      },
    },
    store: async (batch) => {
      told.push(`store ${batch}`)
      const one = Promise.withResolvers<BatchOutcome>()
      waiting.push(one)
      return one.promise
    },
    failed: (error) => void told.push(`failed: ${String(error)}`),
    lost: (error) => void told.push(`lost: ${String(error)}`),
  })
  return { lane, told, waiting }
}

it('stores one after the other, and takes the next while one is under way', async () => {
  const { lane, told, waiting } = laneOf()
  await lane.store(lane.turn(batchOf(0, 0n)), 'a')
  const second = lane.store(lane.turn(batchOf(0, 10n)), 'b')
  await Promise.resolve()
  expect(told).toEqual(['store a'])
  waiting[0]?.resolve({ outcome: 'stored' })
  await second
  expect(told).toEqual(['store a', 'commit 0/10', 'store b'])
})

it('leaves out what was taken from the reader before it was sent elsewhere, and of that partition alone', async () => {
  const { lane, told, waiting } = laneOf()
  await lane.store(lane.turn(batchOf(0, 0n)), 'a')
  const [behind, other] = [lane.turn(batchOf(0, 10n)), lane.turn(batchOf(1, 0n))]
  waiting[0]?.resolve({ outcome: 'stale', nextOffset: 5n })
  await lane.store(behind, 'b')
  await lane.store(other, 'c')
  waiting[1]?.resolve({ outcome: 'stored' })
  await lane.store(lane.turn(batchOf(0, 5n)), 'd')
  expect(told).toEqual(['store a', 'seek 0/5', 'store c', 'commit 1/10', 'store d'])
})

it('stores nothing behind what could not be stored', async () => {
  const { lane, told, waiting } = laneOf()
  await lane.store(lane.turn(batchOf(0, 0n)), 'a')
  waiting[0]?.reject(new Error('no room'))
  await lane.store(lane.turn(batchOf(1, 0n)), 'b')
  await lane.idle()
  expect(told).toEqual(['store a', 'failed: Error: no room'])
})

it.each([
  ['commit 0/10', { outcome: 'stored' } as const],
  ['seek 0/5', { outcome: 'stale', nextOffset: 5n } as const],
])('that the reader throws at %s is no failure of storing; what is behind is left out', async (what, outcome) => {
  const { lane, told, waiting } = laneOf(new Error('closed'))
  await lane.store(lane.turn(batchOf(0, 0n)), 'a')
  waiting[0]?.resolve(outcome)
  await lane.store(lane.turn(batchOf(1, 0n)), 'b')
  await lane.idle()
  expect(told).toEqual(['store a', what, 'lost: Error: closed'])
})
