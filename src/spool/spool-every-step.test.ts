import { describe, expect, it } from 'vitest'
import { drainOnce, liveTwice, openSmallSpool, SpoolJournal } from '../../test/contract/spool.ts'
import { drain } from '../../test/support/drain-spool.ts'
import { MemoryDisk, type Fault } from '../../test/support/memory-disk.ts'
import { scan } from './segment.ts'

const halfOf = (bytes: number): number => Math.floor(bytes / 2)
const tears: readonly ((bytes: number) => number)[] = [() => 0, (bytes) => bytes, halfOf]

/** How many steps of I/O the scenario has where nothing fails, and that it does what it is for. */
async function stepsOf(): Promise<number> {
  const disk = new MemoryDisk()
  const journal = new SpoolJournal()
  await liveTwice(disk, journal)
  return disk.steps
}

describe('whatever happens at any one step of I/O, what was accepted is delivered or noted', () => {
  it('where nothing happens', async () => {
    const disk = new MemoryDisk()
    const journal = new SpoolJournal()
    await liveTwice(disk, journal)
    await using spool = await openSmallSpool(disk, 3n)
    journal.deliverAll(await drain(spool))
    expect(journal.faults(false)).toEqual([])
    expect(journal.acceptedRecords).toBe(72)
    expect(disk.steps).toBeGreaterThan(200)
  })

  it('a crash', async () => {
    const steps = await stepsOf()
    for (let at = 1; at <= steps; at++) {
      const disk = new MemoryDisk((step): Fault | undefined => (step >= at ? 'crash' : undefined))
      const before = new SpoolJournal()
      await liveTwice(disk, before)
      for (const [tear, names] of tears.flatMap((each) => [[each, 'written'] as const, [each, 'synced'] as const])) {
        const journal = before.copy()
        await using spool = await openSmallSpool(disk.powerCut(tear, undefined, names), 9n)
        journal.deliverAll(await drain(spool))
        expect(journal.faults(false), `crash at step ${at}`).toEqual([])
        expect(spool.depth.records, `crash at step ${at}`).toBe(0)
      }
    }
  })

  it('a crash, and another while what it left is recovered and sent', async () => {
    const steps = await stepsOf()
    let crashedTwice = 0
    for (let at = 1; at <= steps; at += 11) {
      const disk = new MemoryDisk((step): Fault | undefined => (step >= at ? 'crash' : undefined))
      const before = new SpoolJournal()
      await liveTwice(disk, before)
      let isOver = false
      for (let second = 1; !isOver; second++) {
        const journal = before.copy()
        const left = disk.powerCut(halfOf, (step) => (step >= second ? 'crash' : undefined), 'synced')
        await drainOnce(left, 8n, journal)
        isOver = left.steps < second
        if (!isOver) crashedTwice++
        await using spool = await openSmallSpool(left.powerCut(halfOf, undefined, 'synced'), 9n)
        journal.deliverAll(await drain(spool))
        expect(journal.faults(false), `crashes at steps ${at} and ${second}`).toEqual([])
        expect(spool.depth.records, `crashes at steps ${at} and ${second}`).toBe(0)
      }
    }
    expect(crashedTwice).toBeGreaterThan(500)
  })

  it.each<[Fault, number]>([
    ['sync-fails', 1],
    ['sync-fails', 7],
    ['no-space', 1],
    ['no-space', 7],
  ])('%s, %d times in a row', async (fault, times) => {
    const steps = await stepsOf()
    for (let at = 1; at <= steps; at++) {
      let isOver = false
      const disk = new MemoryDisk((step) => (!isOver && step >= at && step < at + times ? fault : undefined))
      const journal = new SpoolJournal()
      await liveTwice(disk, journal)
      isOver = true
      await using after = await openSmallSpool(disk, 8n)
      journal.deliverAll(await drain(after))
      for (const [path, bytes] of disk.contents) if (/damaged.*spool$/.test(path)) journal.keptAside(bytes)
      expect(journal.faults(fault === 'sync-fails' && times > 1), `${fault} at step ${at}`).toEqual([])
      expect(after.depth.records, `${fault} at step ${at}`).toBe(0)
    }
  })

  it.each([0, 1, 2, 3])('a bit that flips in the newest segment or the oldest, place %d', async (place) => {
    const steps = await stepsOf()
    for (let at = 1; at <= steps; at++) {
      const disk: MemoryDisk = new MemoryDisk((step) => {
        if (step === at) flip(disk, place)
        return undefined
      })
      const journal = new SpoolJournal()
      await liveTwice(disk, journal)
      await using after = await openSmallSpool(disk, 8n)
      journal.deliverAll(await drain(after))
      expect(journal.faults(true), `a flip at step ${at}`).toEqual([])
      expect(after.depth.records, `a flip at step ${at}`).toBe(0)
    }
  })
})

/**
 * Flips a bit in a record, of the newest segment's last one where its payload is, since in its head rot and a torn record look alike
 * at a start (README).
 */
function flip(disk: MemoryDisk, place: number): void {
  const segments = [...disk.contents]
    .filter(([path]) => path.startsWith('spool/segment-'))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  const [path, bytes] = segments.at(place % 2 === 0 ? -1 : 0) ?? []
  if (path === undefined || bytes === undefined) return
  const { records, endBytes } = scan(bytes, 0, 0)
  if (records.length === 0) return
  const lastBegin = records.at(-2)?.next ?? 44
  disk.rot(path, place < 2 ? endBytes - 1 : records.length > 1 ? 44 + ((lastBegin - 44) >> 1) : lastBegin + 5)
}
