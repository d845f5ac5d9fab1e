import { expect, it } from 'vitest'
import { MemoryDisk } from '../../test/support/memory-disk.ts'
import type { Disk } from '../runtime/disk.ts'
import { ignoreEvents } from '../runtime/events.ts'
import { Spool } from './spool.ts'

/** A disk that counts what is read from it. */
function countingDisk(disk: Disk): { readonly disk: Disk; readonly read: { bytes: number } } {
  const read = { bytes: 0 }
  const open: Disk['open'] = async (path, mode) => {
    const file = await disk.open(path, mode)
    return {
      size: () => file.size(),
      read: async (position, length) => {
        const bytes = await file.read(position, length)
        read.bytes += bytes.length
        return bytes
      },
      write: (position, bytes) => file.write(position, bytes),
      truncate: (length) => file.truncate(length),
      sync: () => file.sync(),
      close: () => file.close(),
    }
  }
  const { makeFolder, list, rename, remove, syncFolder, space } = disk
  return { disk: { makeFolder, list, open, rename, remove, syncFolder, space }, read }
}

const agentUid = '00112233-4455-6677-8899-aabbccddeeff'
const options = { folder: 'spool', agentUid, run: 1n, maxBytes: 1e9, keepFreeRatio: 0.05, emit: ignoreEvents }

it('reads only what waits, however long the segment has grown', async () => {
  const { disk, read } = countingDisk(new MemoryDisk())
  await using spool = await Spool.open({ ...options, disk })
  await spool.append([new Uint8Array(1_000_000)])
  const former = await spool.nextNow(9)
  if (former !== undefined) await spool.acknowledge(former)
  read.bytes = 0
  for (const value of ['the newest', 'but one']) await spool.append([Buffer.from(value)])
  const values = (await spool.nextNow(9))?.records.map(({ value }) => Buffer.from(value).toString())
  expect(values).toEqual(['the newest', 'but one'])
  expect((await spool.peek(9)).length).toBe(2)
  expect(read.bytes).toBeGreaterThan(0)
  expect(read.bytes).toBeLessThan(120)
})

it('asks the disk for nothing that was synced just now, unless it is long', async () => {
  const { disk, read } = countingDisk(new MemoryDisk())
  await using spool = await Spool.open({ ...options, disk })
  const reads: number[] = []
  for (const bytes of [10, 50_000, 300_000, 10]) {
    await spool.append([new Uint8Array(bytes), new Uint8Array(bytes)])
    read.bytes = 0
    const batch = await spool.nextNow(1)
    expect(batch?.records[0]?.value.length).toBe(bytes)
    if (batch !== undefined) await spool.acknowledge(batch)
    const rest = await spool.nextNow(9)
    expect(rest?.records[0]?.value.length).toBe(bytes)
    if (rest !== undefined) await spool.acknowledge(rest)
    reads.push(read.bytes)
  }
  expect(reads).toEqual([0, 0, expect.toSatisfy((length: number) => length > 600_000), 0])
})
