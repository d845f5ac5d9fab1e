import type { Disk } from '../runtime/disk.ts'
import type { Emit } from '../runtime/events.ts'
import { decodeSegmentHeader, segmentHeaderBytes } from './segment-header.ts'
import { readWhole, scan, segmentName, segmentNumber, type Segment } from './segment.ts'

/** What an earlier process left behind. */
export interface Recovered {
  /** Oldest first. */
  readonly segments: readonly Segment[]
  /** The number that the next segment gets: above every one ever seen in the folder. */
  readonly nextNumber: number
}

/** Looks through a spool's folder: a torn tail is cut, files that cannot be understood are moved to `damaged/`. */
export async function recover(disk: Disk, folder: string, emit: Emit): Promise<Recovered> {
  const segments: Segment[] = []
  let nextNumber = 1
  const found = (await disk.list(folder)).flatMap((name) => {
    const number = segmentNumber(name)
    return number === undefined ? [] : [{ name, number }]
  })
  for (const [index, { name, number }] of found.entries()) {
    nextNumber = number + 1
    const bytes = await readWhole(disk, `${folder}/${name}`)
    const segment = readSegment(number, bytes, index === found.length - 1)
    if (typeof segment === 'object' && segment.endBytes < bytes.length)
      await cutTail(disk, `${folder}/${name}`, segment.endBytes)
    if (segment === 'empty') await disk.remove(`${folder}/${name}`)
    else if (segment === 'unknown') await moveAside(disk, folder, name, emit)
    else segments.push(segment)
  }
  return { segments, nextNumber }
}

function readSegment(number: number, bytes: Buffer, isNewest: boolean): Segment | 'empty' | 'unknown' {
  const header = decodeSegmentHeader(bytes)
  // A header that was torn held no accepted record: the header is synced with the first of them.
  if (header === undefined) return bytes.length <= segmentHeaderBytes ? 'empty' : 'unknown'
  const { records, endBytes } = scan(bytes, 0, header.firstSeq - 1)
  return {
    number,
    header,
    // What stood behind the newest one's last whole record was being written when the process ended: never accepted.
    endBytes: isNewest ? endBytes : bytes.length,
    lastSeq: records.reduce((last, { record }) => Math.max(last, record.seq), header.firstSeq - 1),
    records: records.length,
  }
}

/** Synced, since at a later start this segment is no longer the newest, and what it ends in then counts as damage. */
async function cutTail(disk: Disk, path: string, endBytes: number): Promise<void> {
  const file = await disk.open(path, 'write')
  try {
    await file.truncate(endBytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function moveAside(disk: Disk, folder: string, name: string, emit: Emit): Promise<void> {
  await disk.makeFolder(`${folder}/damaged`)
  await disk.rename(`${folder}/${name}`, `${folder}/damaged/${name}`)
  await disk.syncFolder(folder)
  emit('spool.damaged', {
    segment: name,
    fromSeq: 0,
    toSeq: 0,
    reason: 'its header is damaged or of an unknown version',
  })
}

/** Keeps the bytes of a damaged stretch for a person to look at. */
export async function keepDamaged(
  disk: Disk,
  folder: string,
  segment: number,
  fromBytes: number,
  bytes: Uint8Array,
): Promise<void> {
  await disk.makeFolder(`${folder}/damaged`)
  const name = `${segmentName(segment)}-${fromBytes}`
  if ((await disk.list(`${folder}/damaged`)).includes(name)) return
  const file = await disk.open(`${folder}/damaged/${name}`, 'create')
  try {
    await file.write(0, bytes)
  } finally {
    await file.close()
  }
}
