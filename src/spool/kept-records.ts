import type { SpooledRecord } from '../metric/record.ts'
import type { Disk } from '../runtime/disk.ts'
import { readAcknowledged } from './acknowledged.ts'
import { readWhole } from './read-whole.ts'
import { decodeSegmentHeader } from './segment-header.ts'
import { scan, segmentNumber } from './segment.ts'

/** What one segment keeps of what was acknowledged. */
export interface KeptRecords {
  /** In the order in which they were accepted. */
  readonly records: readonly SpooledRecord[]
  /** Stretches that no record can be read from, and segments whose header is lost; what they held is noted elsewhere. */
  readonly damages: number
}

/**
 * The acknowledged records that a spool still keeps, oldest first, a segment at a time. Reads only: nothing is cut, moved or
 * acknowledged, so the folder's owner must not be at work meanwhile (`StateFolderLock`). Throws what the disk throws.
 */
export async function* keptRecords(disk: Disk, folder: string): AsyncGenerator<KeptRecords> {
  const at = await readAcknowledged(disk, folder)
  if (at === undefined) return
  for (const name of await disk.list(folder)) {
    const number = segmentNumber(name)
    if (number === undefined || number > at.segment) continue
    const bytes = await readWhole(disk, `${folder}/${name}`)
    const header = decodeSegmentHeader(bytes)
    if (header === undefined) {
      yield { records: [], damages: 1 }
      continue
    }
    const { agentUid, run, firstSeq } = header
    const acknowledged = number === at.segment ? bytes.subarray(0, at.bytes) : bytes
    const { records, damages } = scan(acknowledged, 0, firstSeq - 1)
    yield {
      records: records.map(({ record }) => Object.assign({ agentUid, run }, record)),
      damages: damages.length,
    }
  }
}
