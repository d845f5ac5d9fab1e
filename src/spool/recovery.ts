import type { Disk } from '../runtime/disk.ts'
import type { Emit } from '../runtime/events.ts'
import { decodeSegmentHeader, segmentHeaderBytes } from './segment-header.ts'
import { mergeNotes, type AddressedNote } from './addressed-note.ts'
import { isUnreadable } from './disk-fault.ts'
import { keepFile } from './kept-file.ts'
import { notesOfLost } from './lost-segment.ts'
import { readWhole } from './read-whole.ts'
import { endOfRotten } from './record-format.ts'
import { scan, segmentName, segmentNumber, type Segment } from './segment.ts'
import { tolerate } from './tolerate.ts'

/** What an earlier process left behind. */
export interface Recovered {
  /** Oldest first. */
  readonly segments: readonly Segment[]
  /** The number that the next segment gets: above every one ever seen in the folder. */
  readonly nextNumber: number
  /** What is to be said of segments that were moved aside. */
  readonly notes: readonly AddressedNote[]
}

/**
 * Looks through a spool's folder: a torn tail is cut, what stands whole before it is synced, files that cannot be understood
 * are moved to `damaged/`.
 */
export async function recover(disk: Disk, folder: string, emit: Emit): Promise<Recovered> {
  const segments: Segment[] = []
  const lost: { readonly number: number; readonly bytes: Buffer }[] = []
  let nextNumber = 1
  const found = (await disk.list(folder)).flatMap((name) => {
    const number = segmentNumber(name)
    return number === undefined ? [] : [{ name, number }]
  })
  for (const [index, { name, number }] of found.entries()) {
    nextNumber = number + 1
    const path = `${folder}/${name}`
    const bytes = await readUnlessBroken(disk, path)
    const isNewest = index === found.length - 1
    const segment = bytes === undefined ? 'unknown' : readSegment(number, bytes, isNewest)
    if (segment === 'empty') await tolerate(emit, `${name} could not be removed`, () => disk.remove(path))
    else if (segment === 'unknown') {
      lost.push({ number, bytes: bytes ?? Buffer.alloc(0) })
      await tolerate(emit, `${name} could not be moved aside`, () => moveAside(disk, folder, name, emit))
    } else {
      if (isNewest)
        await tolerate(emit, `${name} could not be cut and synced`, () => settle(disk, path, segment.endBytes))
      segments.push(segment)
    }
  }
  const notes = mergeNotes(lost.flatMap(({ number, bytes }) => notesOfLost(number, bytes, segments)))
  return { segments, nextNumber, notes }
}

/** Undefined where the medium does not even let the file be opened. */
async function readUnlessBroken(disk: Disk, path: string): Promise<Buffer | undefined> {
  try {
    return await readWhole(disk, path)
  } catch (error) {
    if (isUnreadable(error)) return undefined
    throw error
  }
}

function readSegment(number: number, bytes: Buffer, isNewest: boolean): Segment | 'empty' | 'unknown' {
  const header = decodeSegmentHeader(bytes)
  // A header that was torn held no accepted record: the header is synced with the first of them.
  if (header === undefined) return bytes.length <= segmentHeaderBytes ? 'empty' : 'unknown'
  const { records, endBytes } = scan(bytes, 0, header.firstSeq - 1)
  const lastSeq = records.reduce((last, { record }) => Math.max(last, record.seq), header.firstSeq - 1)
  return {
    number,
    header,
    // What stood behind the newest one's last record was being written when the process ended: never accepted.
    endBytes: isNewest ? endOfRotten(bytes, endBytes, lastSeq) : bytes.length,
    lastSeq,
    records: records.length,
    notes: records.flatMap(({ record: { note } }) => (note === undefined ? [] : [note])),
  }
}

/**
 * Cuts the torn tail and syncs the rest, of which a killed process may only have written the last records: what is sent or told
 * of from here on stays. At a later start this segment is no longer the newest, and what it ends in then counts as damage.
 */
async function settle(disk: Disk, path: string, endBytes: number): Promise<void> {
  const file = await disk.open(path, 'write')
  try {
    if ((await file.size()) > endBytes) await file.truncate(endBytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function moveAside(disk: Disk, folder: string, name: string, emit: Emit): Promise<void> {
  await disk.makeFolder(`${folder}/damaged`)
  await disk.rename(`${folder}/${name}`, `${folder}/damaged/${name}`)
  // Where it is now first, or a power cut finds it in neither folder.
  await disk.syncFolder(`${folder}/damaged`)
  await disk.syncFolder(folder)
  emit('spool.damaged', {
    segment: name,
    fromSeq: 0,
    toSeq: 0,
    reason: 'its header cannot be read, is damaged, or is of an unknown version',
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
  // Zeros are what the disk did not give.
  if (bytes.every((byte) => byte === 0)) return
  await keepFile(disk, folder, 'damaged', `${segmentName(segment)}-${fromBytes}`, bytes)
}
