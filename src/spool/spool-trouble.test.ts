import { describe, expect, it } from 'vitest'
import { drain } from '../../test/support/drain-spool.ts'
import { MemoryDisk, type Fault } from '../../test/support/memory-disk.ts'
import type { SpooledRecord } from '../metric/record.ts'
import type { Emit } from '../runtime/events.ts'
import { segmentName } from './segment.ts'
import { Spool, type SpoolOptions } from './spool.ts'

const uid = '00112233-4455-6677-8899-aabbccddeeff'
const never = new AbortController().signal

/** A disk that fails while it is told to, and a spool on it whose failures are kept. */
class World {
  failing: Fault | undefined
  readonly told: string[] = []
  readonly disk: MemoryDisk

  constructor(left?: MemoryDisk) {
    const faultAt = (): Fault | undefined => this.failing
    this.disk = left?.powerCut(() => 0, faultAt) ?? new MemoryDisk(faultAt)
  }

  open(run: bigint, more: Partial<SpoolOptions> = {}): Promise<Spool> {
    const emit: Emit = (name, data) => {
      if (name === 'spool.failed' && 'reason' in data) this.told.push(String(data.reason))
    }
    const small = { folder: 'spool', agentUid: uid, maxBytes: 1e6, keepFreeRatio: 0, segmentBytes: 200 }
    return Spool.open({ ...small, disk: this.disk, run, emit, ...more })
  }
}

const seqsOf = (all: readonly SpooledRecord[], run = 1n): readonly number[] =>
  all.flatMap((record) => (record.run === run && record.note === undefined ? [record.seq] : []))
const notesOf = (all: readonly SpooledRecord[]): readonly string[] =>
  all.flatMap(({ note }) => (note === undefined ? [] : [`${note.reason} ${note.run}: ${note.fromSeq}-${note.toSeq}`]))

/** What each step of a full disk does. */
const full = async (): Promise<never> => Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }))

/** Records 1 to `count`, two in a segment: 44 bytes of header, then 116 each. */
async function filled(spool: Spool, count: number): Promise<void> {
  for (let at = 1; at <= count; at++) await spool.append([Buffer.alloc(100, `${at}`)])
}

describe('a disk that does not take the acknowledged place', () => {
  it.each<Fault>(['no-space', 'sync-fails'])('is told once and worked without: %s', async (fault) => {
    const world = new World()
    await using spool = await world.open(1n)
    await filled(spool, 3)
    const batch = await spool.next(1, never)
    world.failing = fault
    await spool.acknowledge(batch)
    await spool.acknowledge(batch)
    world.failing = undefined
    expect(world.told).toMatchObject([expect.stringContaining('the acknowledged place cannot be kept')])
    expect(seqsOf(await drain(spool))).toEqual([2, 3])
    await using later = await world.open(2n)
    expect(seqsOf(await drain(later))).toEqual([])
  })

  it('takes it later where it could not even be opened at the start', async () => {
    const world = new World()
    await using first = await world.open(1n)
    await filled(first, 3)
    world.disk.breakSector('spool/acknowledged')
    await using spool = await world.open(2n)
    expect(seqsOf(await drain(spool))).toEqual([1, 2, 3])
    expect(world.told).toHaveLength(1)
  })
})

describe('a reader of segments that go because the spool is full', () => {
  it('never fails, and finds every record or its note', async () => {
    const world = new World()
    await using spool = await world.open(1n, { maxBytes: 1000 })
    const { remove } = world.disk
    const reads: Promise<unknown>[] = []
    // The reader comes in the middle of each removal: after the file went, before the remover goes on.
    world.disk.remove = async (path) => {
      await remove(path)
      reads.push(spool.nextNow(3))
      await Promise.resolve()
    }
    await filled(spool, 40)
    await expect(Promise.all(reads)).resolves.toHaveLength(reads.length)
    expect(reads.length).toBeGreaterThan(5)
    const all = await drain(spool)
    const told = all.flatMap(({ note }) => (note === undefined ? [] : [note]))
    const untold = Array.from({ length: 40 }, (_, at) => at + 1).filter(
      (seq) =>
        all.every((record) => record.seq !== seq) && told.every(({ fromSeq, toSeq }) => seq < fromSeq || toSeq < seq),
    )
    expect(untold).toEqual([])
  })

  it('and a writer that makes room from segments that are acknowledged meanwhile does not fail either', async () => {
    const world = new World()
    await using spool = await world.open(1n, { maxBytes: 1000, keepAcknowledgedBytes: 0 })
    const accepted = Promise.all(Array.from({ length: 40 }, () => spool.append([Buffer.alloc(100, 'x')])))
    const reading = (async (): Promise<void> => {
      for (let at = 0; at < 40; at++) await spool.acknowledge(await spool.next(1, never))
    })()
    await accepted
    for (let at = 0; at < 40; at++) await spool.append([Buffer.alloc(100, 'y')])
    await reading
    expect(world.told).toEqual([])
  })
})

describe('a segment that the medium does not give', () => {
  it.each([
    ['all of it', undefined],
    ['the sector of its records', 50],
  ])('is noted and costs no neighbour: %s', async (_what, position) => {
    const world = new World()
    await using spool = await world.open(1n)
    await filled(spool, 6)
    world.disk.breakSector(`spool/${segmentName(2)}`, position)
    const all = await drain(spool)
    expect(seqsOf(all)).toEqual([1, 2, 5, 6])
    expect(notesOf(all)).toEqual(['corrupt 1: 1-4'])
    expect(spool.depth).toEqual({ records: 0, bytes: 0 })
  })

  it('gives the records of its other sectors', async () => {
    const world = new World()
    await using spool = await world.open(1n, { segmentBytes: 1e5 })
    await filled(spool, 120)
    // Sectors are read in blocks of 4096 bytes.
    world.disk.breakSector(`spool/${segmentName(1)}`, 5000)
    const all = await drain(spool)
    const seqs = seqsOf(all)
    expect(seqs).toContain(1)
    expect(seqs).toContain(120)
    expect(seqs.length).toBeGreaterThan(80)
    expect(notesOf(all)).toHaveLength(1)
  })

  it.each([
    ['all of it', undefined],
    ['the sector of its header', 0],
  ])('does not keep the agent from starting: %s', async (_what, position) => {
    const left = new World()
    await using former = await left.open(1n)
    await filled(former, 6)
    const world = new World(left.disk)
    world.disk.breakSector(`spool/${segmentName(2)}`, position)
    await using spool = await world.open(2n)
    await spool.append([Buffer.from('new')])
    const all = await drain(spool)
    expect(seqsOf(all)).toEqual([1, 2, 5, 6])
    expect(seqsOf(all, 2n)).toHaveLength(1)
    expect(notesOf(all)).toContain('corrupt 1: 1-4')
    expect(await world.disk.list('spool/damaged')).toEqual([segmentName(2)])
  })

  it('goes, noted, when room is made', async () => {
    const world = new World()
    await using spool = await world.open(1n, { maxBytes: 1000 })
    await filled(spool, 6)
    world.disk.breakSector(`spool/${segmentName(1)}`)
    await filled(spool, 6)
    expect(world.told).toEqual([])
    const all = await drain(spool)
    expect(notesOf(all)[0]).toMatch(/^full 1: 1-/)
  })

  it('is noted where its file was removed by hand', async () => {
    const world = new World()
    await using spool = await world.open(1n)
    await filled(spool, 6)
    await world.disk.remove(`spool/${segmentName(2)}`)
    const all = await drain(spool)
    expect(seqsOf(all)).toEqual([1, 2, 5, 6])
    expect(notesOf(all)).toEqual(['corrupt 1: 1-4'])
  })

  it('does not keep the spool from writing where it cannot be removed', async () => {
    const world = new World()
    await using spool = await world.open(1n, { maxBytes: 1000 })
    world.disk.remove = async () => Promise.reject(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' }))
    await filled(spool, 20)
    expect(world.told[0]).toContain('segment-000000000001.spool could not be removed')
    expect(spool.depth.bytes).toBeLessThan(1500)
  })
})

describe('a full disk', () => {
  it('does not keep a damaged record’s neighbours; what is noted of it comes with the next append', async () => {
    const world = new World()
    await using spool = await world.open(1n)
    await filled(spool, 3)
    world.disk.rot(`spool/${segmentName(1)}`, 44 + 50)
    const { open } = world.disk
    world.disk.open = (path, mode) => (mode === 'create' ? full() : open(path, mode))
    world.disk.space = full
    expect((await spool.next(3, never)).records.map(({ seq }) => seq)).toEqual([2])
    expect(world.told.some((reason) => reason.includes('could not be kept'))).toBe(true)
    Object.assign(world.disk, { open, space: new MemoryDisk().space })
    await spool.append([Buffer.from('later')])
    expect(notesOf(await drain(spool))).toEqual(['corrupt 1: 1-1'])
  })

  it('does not keep the agent from starting: where the former run ended is noted with the first append', async () => {
    const left = new World()
    await using former = await left.open(1n)
    await filled(former, 1)
    const world = new World(left.disk)
    const { space } = world.disk
    world.disk.space = full
    await using spool = await world.open(2n)
    world.disk.space = space
    expect(world.told).toEqual(['ENOSPC'])
    await spool.append([Buffer.from('a')])
    expect(notesOf(await drain(spool))).toEqual(['run-ended 1: 1-1'])
  })

  it('leaves no empty file that is taken for a refused record, and keeps the record at the next try', async () => {
    const world = new World()
    await using spool = await world.open(1n)
    await filled(spool, 1)
    const [record] = (await spool.next(1, never)).records
    if (record === undefined) throw new Error('there is no record')
    const { open } = world.disk
    world.disk.open = async (path, mode) => {
      const file = await open(path, mode)
      return path.includes('refused') ? { ...file, write: full } : file
    }
    await expect(spool.setAside(record)).rejects.toThrow('ENOSPC')
    expect(await world.disk.list('spool/refused')).toEqual([])
    world.disk.open = open
    await spool.setAside(record)
    const kept = await open('spool/refused/1-1', 'read')
    expect(Buffer.from(await kept.read(0, await kept.size()))).toEqual(Buffer.alloc(100, '1'))
  })

  it('is left with no empty segment by tries that fail', async () => {
    const world = new World()
    await using spool = await world.open(1n)
    const { syncFolder } = world.disk
    world.disk.syncFolder = full
    for (let at = 0; at < 3; at++) await expect(spool.append([Buffer.from('x')])).rejects.toThrow('ENOSPC')
    expect((await world.disk.list('spool')).filter((name) => name.startsWith('segment-'))).toEqual([])
    world.disk.syncFolder = syncFolder
    await spool.append([Buffer.from('y')])
    expect(notesOf(await drain(spool))).toEqual(['full 1: 1-5'])
  })
})
