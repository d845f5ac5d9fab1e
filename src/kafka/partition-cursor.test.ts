import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { logBatch } from '../../test/support/log-batches.ts'
import type { Arrived } from './broker-fetches.ts'
import { FetchBudget } from './fetch-budget.ts'
import { PartitionCursor, type Taken } from './partition-cursor.ts'

/** A batch of the log holds ten records, and begins at a multiple of ten. */
const perBatch = 10n
const value = Buffer.from('x')
const records = Array.from({ length: Number(perBatch) }, (_, offsetDelta) => ({ offsetDelta, value }))

/** What a broker gives from an offset on: so many whole batches, the begin of the first of which may lie before it. */
function arrivedOf(partition: number, fromOffset: bigint, count = 3): Arrived {
  const first = (fromOffset / perBatch) * perBatch
  const batches = Array.from({ length: count }, (_, at) =>
    logBatch({ firstOffset: first + BigInt(at) * perBatch, records }),
  )
  return {
    fromOffset,
    fetched: { partition, errorCode: 0, highWatermark: first + BigInt(count) * perBatch, aborted: [], batches },
  }
}

interface Share {
  readonly partition: number
  readonly fromOffset: bigint
  readonly nextOffset: bigint
}

/** A seek while the share of that number is stored. */
interface Seek {
  readonly atShare: number
  readonly offset: bigint
}

/**
 * Two partitions, read as `KafkaReader` does: one fetch of both is under way, and answers when so many shares of the one
 * before it are handed out. Each line is an offset asked for, a share, or a seek.
 */
function read(
  seeks: readonly Seek[],
  answersAfter: number,
  rounds = 8,
): readonly (readonly [what: string, ...Share[]])[] {
  const cursors = [new PartitionCursor(0, 0n), new PartitionCursor(1, 0n)]
  const lines: [string, Share][] = []
  let asks = 0
  function ask(): () => readonly Taken[] {
    const wanted = cursors.map((cursor) => ({ cursor, partition: cursor.partition, offset: cursor.fetchOffset }))
    for (const { partition, offset } of wanted)
      lines.push(['asked', { partition, fromOffset: offset, nextOffset: offset }])
    // A broker does not always give the same.
    const each = 1 + (asks++ % 3)
    let taken: readonly Taken[] | undefined
    return () =>
      (taken ??= wanted.flatMap(
        ({ cursor, partition, offset }) => cursor.take(arrivedOf(partition, offset, each)) ?? [],
      ))
  }
  let fetched = ask()()
  let count = 0
  for (let round = 0; round < rounds; round++) {
    const ahead = ask()
    let shares = 0
    for (const taken of fetched)
      for (const { partition, fromOffset, nextOffset } of taken.cursor.handedOut(taken, 1, new FetchBudget(1))) {
        lines.push(['share', { partition, fromOffset, nextOffset }])
        if (++shares === answersAfter) ahead()
        for (const { offset } of seeks.filter(({ atShare }) => atShare === count)) {
          taken.cursor.seek(offset)
          lines.push(['seek', { partition, fromOffset: offset, nextOffset: offset }])
        }
        count++
      }
    fetched = ahead()
  }
  return lines
}

/** Of one partition what came after its last seek. */
function sinceSeek(lines: ReturnType<typeof read>, partition: number) {
  const mine = lines.flatMap(([what, share]) => (share?.partition === partition ? [{ what, ...share }] : []))
  const rest = mine.slice(mine.findLastIndex(({ what }) => what === 'seek') + 1)
  return {
    sought: mine.findLast(({ what }) => what === 'seek')?.fromOffset ?? 0n,
    asked: rest.filter(({ what }) => what === 'asked').map(({ fromOffset }) => fromOffset),
    shares: rest.filter(({ what }) => what === 'share'),
  }
}

/** What is wrong with what came after the last seek: an offset asked for twice, a share that does not begin where it should. */
function faultsOf(lines: ReturnType<typeof read>): readonly string[] {
  const faults: string[] = []
  for (const partition of [0, 1]) {
    const { sought, asked, shares } = sinceSeek(lines, partition)
    for (const [at, offset] of asked.entries())
      if (asked.indexOf(offset) !== at) faults.push(`${partition}/${offset} is asked for twice`)
    let due = sought
    for (const { fromOffset, nextOffset } of shares) {
      if (fromOffset !== due) faults.push(`${partition}/${fromOffset} is handed out, and ${due} is due`)
      due = nextOffset
    }
    if (shares.length <= 3) faults.push(`${partition} stands still`)
  }
  return faults
}

describe('what is handed out after a seek comes once, and nothing is asked for twice', () => {
  it.each([
    ['back', 5n],
    ['into what is under way', 75n],
    ['where the fetch under way begins', 60n],
    ['where the share behind it begins', 50n],
    ['far on', 1000n],
  ])('%s, whenever the fetch under way answers', (_where, offset) => {
    for (const answersAfter of [1, 3, 5, 7]) expect(faultsOf(read([{ atShare: 9, offset }], answersAfter))).toEqual([])
  })

  it('whenever it is sought, and wherever to', () => {
    const seek = fc.record({
      atShare: fc.integer({ min: 0, max: 20 }),
      offset: fc.bigInt({ min: 0n, max: 300n }),
    })
    const answersAfter = fc.integer({ min: 1, max: 7 })
    fc.assert(
      fc.property(fc.array(seek, { maxLength: 4 }), answersAfter, (seeks, after) => {
        expect(faultsOf(read(seeks, after, 30))).toEqual([])
      }),
    )
  })
})

it('knows how far it is stored, whatever was taken or handed out', () => {
  const cursor = new PartitionCursor(0, 20n)
  const taken = cursor.take(arrivedOf(0, 20n))
  expect(taken === undefined ? [] : [...cursor.handedOut(taken, 1, new FetchBudget(1))]).toHaveLength(3)
  expect([cursor.fetchOffset, cursor.storedOffset]).toEqual([50n, 20n])
  cursor.stored(30n)
  expect([cursor.fetchOffset, cursor.storedOffset]).toEqual([50n, 30n])
  cursor.seek(25n)
  expect([cursor.fetchOffset, cursor.storedOffset]).toEqual([25n, 25n])
})

it('takes nothing that was asked for from elsewhere, and nothing that brings nothing', () => {
  const cursor = new PartitionCursor(0, 20n)
  expect(cursor.take(arrivedOf(0, 10n))).toBeUndefined()
  const { fromOffset, fetched } = arrivedOf(0, 20n)
  expect(cursor.take({ fromOffset, fetched: { ...fetched, batches: [] } })).toBeUndefined()
  expect(cursor.fetchOffset).toBe(20n)
})
