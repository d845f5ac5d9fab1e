import { recordAt } from './record-format.ts'
import { scanKnown } from './scan-known.ts'
import type { SegmentFolder } from './segment-folder.ts'
import { segmentHeaderBytes } from './segment-header.ts'
import type { MostAtOnce, Scan, Segment } from './segment.ts'

/** What was read of a segment. */
export interface ReadSegment extends Scan {
  /** The whole segment where something in it is damaged, else nothing: positions of damages are positions in it. */
  readonly bytes: Buffer
}

const nothing = Buffer.alloc(0)

/**
 * The records from a position on. Only what stands there is read: a segment grows to megabytes, and what waits is mostly the
 * last record. Where that is not whole the segment is read from its begin, since what stands before tells more of a damage.
 * Undefined where the segment was removed meanwhile.
 */
export async function readWaiting(
  folder: SegmentFolder,
  segment: Segment,
  from: number,
  most: MostAtOnce,
): Promise<ReadSegment | undefined> {
  const position = Math.max(from, segmentHeaderBytes)
  const tail = await folder.tailOf(segment, position)
  const whole = tail && wholeRecords(tail, position, most)
  if (whole !== undefined) return { ...whole, bytes: nothing }
  const bytes = await folder.bytesOf(segment)
  return bytes && { ...scanKnown(folder.segments, segment, bytes, from, most), bytes }
}

/** Undefined where one of them is damaged. */
function wholeRecords(tail: Buffer, position: number, most: MostAtOnce): Scan | undefined {
  const records: Scan['records'][number][] = []
  let at = 0
  while (records.length < most.records && (records.length === 0 || at < most.bytes)) {
    const found = recordAt(tail, at)
    if (found === 'end') break
    if (found === 'damaged') return undefined
    at = found.next
    records.push({ record: found.record, next: position + at })
  }
  return { records, damages: [], endBytes: position + at }
}
