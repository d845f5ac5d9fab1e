import { expect, it } from 'vitest'
import { MemoryDisk } from '../../test/support/memory-disk.ts'
import { ignoreEvents } from '../runtime/events.ts'
import { SegmentFolder } from './segment-folder.ts'
import type { Segment } from './segment.ts'

const header = { agentUid: '00112233-4455-6677-8899-aabbccddeeff', run: 1n, firstSeq: 1 }
const fresh = Buffer.from('synced just now')

/** A segment whose last bytes are those that were synced just now. */
function segmentOf(number: number): Segment {
  return { number, header, endBytes: 100 + fresh.length, lastSeq: 1, records: 1, notes: [] }
}

it('gives the bytes that were synced last only while their segment is listed', async () => {
  const disk = new MemoryDisk()
  await disk.makeFolder()
  const folder = new SegmentFolder(disk, 'spool', [segmentOf(1)], 3, ignoreEvents)
  folder.put(segmentOf(2))
  folder.keepFresh(segmentOf(2), fresh)
  await folder.remove(segmentOf(1))
  expect(await folder.tailOf(segmentOf(2), 100)).toEqual(fresh)
  await folder.remove(segmentOf(2))
  expect(await folder.tailOf(segmentOf(2), 100)).toBeUndefined()
})
