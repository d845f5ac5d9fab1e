import { describe, expect, it } from 'vitest'
import { drain } from '../../test/support/drain-spool.ts'
import { MemoryDisk } from '../../test/support/memory-disk.ts'
import type { DiskFile } from '../runtime/disk.ts'
import { ignoreEvents } from '../runtime/events.ts'
import { segmentName } from './segment.ts'
import { Spool } from './spool.ts'

const [uid, otherUid] = ['00112233-4455-6677-8899-aabbccddeeff', 'ffeeddcc-bbaa-9988-7766-554433221100']
const open = (disk: MemoryDisk, run: bigint, agentUid = uid): Promise<Spool> =>
  Spool.open({
    folder: 'spool',
    agentUid,
    maxBytes: 1e6,
    keepFreeRatio: 0,
    segmentBytes: 4000,
    disk,
    run,
    emit: ignoreEvents,
  })

/** A disk of whose files some steps are other ones. */
function diskWith(changes: (path: string, file: DiskFile) => Partial<DiskFile>): MemoryDisk {
  const disk = new MemoryDisk()
  const { open: openFile } = disk
  disk.open = async (path, mode) => {
    const file = await openFile(path, mode)
    return { ...file, ...changes(path, file) }
  }
  return disk
}

const fault = (code: string): Promise<never> => Promise.reject(Object.assign(new Error(code), { code }))

describe('a file whose write or sync failed', () => {
  it('is not written to again, also where it was the second try of an append', async () => {
    let isFailing = false
    const failed = new Set<string>()
    const trustedAgain: string[] = []
    const disk = diskWith((path, file) => ({
      write: (position, bytes) => {
        if (failed.has(path)) trustedAgain.push(path)
        return file.write(position, bytes)
      },
      sync: () => {
        if (!isFailing) return file.sync()
        failed.add(path)
        return fault('EIO')
      },
    }))
    await using spool = await open(disk, 1n)
    isFailing = true
    await expect(spool.append([Buffer.from('1')])).rejects.toThrow('EIO')
    isFailing = false
    await spool.append([Buffer.from('2')])
    expect(failed.size).toBeGreaterThan(1)
    expect(trustedAgain).toEqual([])
  })

  it('leaves nothing that a later start takes for damage', async () => {
    let isFull = false
    const disk = diskWith((_path, file) => ({
      write: async (position, bytes) => {
        if (!isFull || bytes.length < 100) return file.write(position, bytes)
        await file.write(position, bytes.subarray(0, 200))
        return fault('ENOSPC')
      },
    }))
    const spool = await open(disk, 1n)
    isFull = true
    await expect(spool.append([1, 2, 3].map((at) => Buffer.alloc(100, `${at}`)))).rejects.toThrow('ENOSPC')
    isFull = false
    await spool.append([Buffer.from('4')])
    // Killed while it makes the next segment, so that the one before is not the newest.
    const next = await disk.open(`spool/${segmentName(9)}`, 'create')
    await next.write(0, Buffer.alloc(10))
    await using later = await open(disk, 2n)
    const notes = (await drain(later)).flatMap(({ note }) => (note === undefined ? [] : [note.reason]))
    expect(notes).toEqual(['full', 'run-ended'])
  })

  it('goes where it was to hold notes about records that another agent_uid left', async () => {
    let isFull = false
    const disk = diskWith((_path, file) => ({
      write: async (position, bytes) => {
        if (!isFull || position === 0) return file.write(position, bytes)
        await file.write(position, bytes.subarray(0, 20))
        return fault('ENOSPC')
      },
    }))
    const former = await open(disk, 1n)
    await former.append([Buffer.from('1')])
    isFull = true
    await open(disk, 2n, otherUid)
    expect([...disk.contents.keys()].filter((path) => path.includes('segment-'))).toEqual([`spool/${segmentName(1)}`])
  })
})
