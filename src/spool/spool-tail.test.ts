import { describe, expect, it } from 'vitest'
import { drain } from '../../test/support/drain-spool.ts'
import { MemoryDisk } from '../../test/support/memory-disk.ts'
import type { SpooledRecord } from '../metric/record.ts'
import { ignoreEvents } from '../runtime/events.ts'
import { segmentName } from './segment.ts'
import { Spool, type SpoolOptions } from './spool.ts'

const uid = '00112233-4455-6677-8899-aabbccddeeff'
const small = { folder: 'spool', agentUid: uid, maxBytes: 1e6, keepFreeRatio: 0, segmentBytes: 200, emit: ignoreEvents }
const open = (disk: MemoryDisk, run: bigint, more: Partial<SpoolOptions> = {}): Promise<Spool> =>
  Spool.open({ ...small, disk, run, ...more })

const corruptOf = (all: readonly SpooledRecord[]): readonly string[] =>
  all.flatMap(({ note }) => (note?.reason === 'corrupt' ? [`${note.run}: ${note.fromSeq}-${note.toSeq}`] : []))

/** Records 1 to 4, two in a segment; 44 bytes of header, then 116 each. */
async function twoSegments(disk: MemoryDisk): Promise<void> {
  await using spool = await open(disk, 1n)
  for (let at = 1; at <= 4; at++) await spool.append([Buffer.alloc(100, `${at}`)])
}

describe('the newest record of a segment that rots', () => {
  it('is noted where a newer segment tells how far it went', async () => {
    const disk = new MemoryDisk()
    await twoSegments(disk)
    disk.rot(`spool/${segmentName(1)}`, 44 + 116 + 50)
    await using spool = await open(disk, 2n)
    const all = await drain(spool)
    expect(all.filter(({ note }) => note === undefined).map(({ seq }) => seq)).toEqual([1, 3, 4])
    expect(corruptOf(all)).toEqual(['1: 2-2'])
    expect(await disk.list('spool/damaged')).toHaveLength(1)
  })

  it('is noted where its run ended with it, by what its head says', async () => {
    const disk = new MemoryDisk()
    await twoSegments(disk)
    // A later run has begun a segment, so the former run's last one was read whole at that start.
    await (await open(disk, 2n))[Symbol.asyncDispose]()
    disk.rot(`spool/${segmentName(2)}`, 44 + 50)
    disk.rot(`spool/${segmentName(2)}`, 44 + 116 + 50)
    await using spool = await open(disk, 3n)
    const all = await drain(spool)
    expect(corruptOf(all)).toEqual(['1: 3-4'])
  })

  it('is noted where it rots while the agent runs', async () => {
    const disk = new MemoryDisk()
    await using spool = await open(disk, 1n)
    await spool.append([Buffer.alloc(100, '1')])
    await spool.append([Buffer.alloc(100, '2')])
    disk.rot(`spool/${segmentName(1)}`, 44 + 116 + 50)
    const all = await drain(spool)
    expect(all.filter(({ note }) => note === undefined).map(({ seq }) => seq)).toEqual([1])
    expect(corruptOf(all)).toEqual(['1: 2-2'])
  })

  it('is covered by the note when its segment is dropped', async () => {
    const disk = new MemoryDisk()
    await twoSegments(disk)
    disk.rot(`spool/${segmentName(1)}`, 44 + 116 + 50)
    await using spool = await open(disk, 2n, { maxBytes: 700 })
    for (let at = 1; at <= 5; at++) await spool.append([Buffer.alloc(100, `${at}`)])
    const notes = (await drain(spool)).flatMap(({ note }) =>
      note?.run === 1n && note.reason !== 'run-ended' ? [note] : [],
    )
    expect(notes.some(({ fromSeq, toSeq }) => fromSeq <= 2 && 2 <= toSeq)).toBe(true)
  })

  it.each([
    ['its last record', [44 + 116 + 50], [1, 2, 3], '1: 4-4'],
    ['both of its records', [44 + 50, 44 + 116 + 50], [1, 2], '1: 3-4'],
    ['its last checksum', [44 + 116 + 5], [1, 2, 3], '1: 4-4'],
  ])('is noted where the agent starts for the first time after it: %s', async (_what, rotten, seqs, noted) => {
    const disk = new MemoryDisk()
    await twoSegments(disk)
    for (const position of rotten) disk.rot(`spool/${segmentName(2)}`, position)
    for (const run of [2n, 3n]) {
      await using spool = await open(disk, run)
      const all = await drain(spool)
      expect(all.flatMap((record) => (record.run === 1n ? [record.seq] : []))).toEqual(run === 2n ? seqs : [])
      expect(corruptOf(all)).toEqual(run === 2n ? [noted] : [])
    }
  })
})

describe('a tail that was being written when the power went', () => {
  it('is cut at the next start, so that no later one takes it for rot', async () => {
    const disk = new MemoryDisk()
    const spool = await open(disk, 1n, { segmentBytes: 4000 })
    await spool.append([Buffer.alloc(100, '1')])
    const torn = disk.powerCut(() => 0)
    const file = await torn.open(`spool/${segmentName(1)}`, 'write')
    await file.write(44 + 116, Buffer.alloc(60, 7))
    await file.sync()
    for (const run of [2n, 3n, 4n]) {
      await using later = await open(torn, run)
      await later.append([Buffer.from('a')])
    }
    await using last = await open(torn, 5n)
    const all = await drain(last)
    expect(corruptOf(all)).toEqual([])
    expect(all.filter(({ note }) => note === undefined).map(({ run, seq }) => `${run}/${seq}`)).toEqual([
      '1/1',
      '2/2',
      '3/3',
      '4/4',
    ])
    const first = await torn.open(`spool/${segmentName(1)}`, 'read')
    expect(await first.size()).toBe(44 + 116)
  })
})

describe('records whose process was killed before it had synced them', () => {
  it('are synced by the start that finds them whole, so that the power cannot take what it has told of', async () => {
    let deadFrom = Number.POSITIVE_INFINITY
    const disk: MemoryDisk = new MemoryDisk((step) => (step >= deadFrom ? 'crash' : undefined))
    const killed = await open(disk, 1n, { segmentBytes: 4000 })
    await killed.append([Buffer.from('1')])
    // Asks for the space, writes, and is killed where it would sync.
    deadFrom = disk.steps + 3
    await expect(killed.append([Buffer.from('2')])).rejects.toThrow(/crashed/)
    deadFrom = Number.POSITIVE_INFINITY
    await using found = await open(disk, 2n)
    const told = (await drain(found)).flatMap(({ note }) => (note?.reason === 'run-ended' ? [note.toSeq] : []))
    expect(told).toEqual([2])
    await using later = await open(
      disk.powerCut(() => 0, undefined, 'synced'),
      3n,
    )
    const all = await drain(later)
    expect(all.flatMap((record) => (record.run === 1n ? [record.seq] : []))).toEqual([1, 2])
    expect(corruptOf(all)).toEqual([])
  })
})
