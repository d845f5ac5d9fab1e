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

/** Looks through a spool's folder: torn tails are left out, files that cannot be understood are moved to `damaged/`. */
export async function recover(disk: Disk, folder: string, emit: Emit): Promise<Recovered> {
  const segments: Segment[] = []
  let nextNumber = 1
  for (const name of await disk.list(folder)) {
    const number = segmentNumber(name)
    if (number === undefined) continue
    nextNumber = number + 1
    const segment = readSegment(number, await readWhole(disk, `${folder}/${name}`))
    if (segment === 'empty') await disk.remove(`${folder}/${name}`)
    else if (segment === 'unknown') await moveAside(disk, folder, name, emit)
    else segments.push(segment)
  }
  return { segments, nextNumber }
}

function readSegment(number: number, bytes: Buffer): Segment | 'empty' | 'unknown' {
  const header = decodeSegmentHeader(bytes)
  // A header that was torn held no accepted record: the header is synced with the first of them.
  if (header === undefined) return bytes.length <= segmentHeaderBytes ? 'empty' : 'unknown'
  const { records, endBytes } = scan(bytes, 0, header.firstSeq - 1)
  return {
    number,
    header,
    endBytes,
    lastSeq: records.reduce((last, { record }) => Math.max(last, record.seq), header.firstSeq - 1),
    records: records.length,
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
