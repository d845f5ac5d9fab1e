import { nodeDisk } from '../../src/runtime/node-disk.ts'
import { readWhole } from '../../src/spool/read-whole.ts'
import type { StoredRecord } from '../../src/spool/record-format.ts'
import { scan, segmentNumber } from '../../src/spool/segment.ts'
import { decodeSegmentHeader, type SegmentHeader } from '../../src/spool/segment-header.ts'

/** What one segment of a spool holds. */
export interface SpooledSegment {
  readonly header: SegmentHeader
  readonly records: readonly StoredRecord[]
}

/** The segments in a spool's folder, oldest first, acknowledged ones that are kept too. Throws for one that is damaged. */
export async function* spooledSegments(folder: string): AsyncGenerator<SpooledSegment> {
  for (const name of await nodeDisk.list(folder)) {
    if (segmentNumber(name) === undefined) continue
    const bytes = await readWhole(nodeDisk, `${folder}/${name}`)
    const header = decodeSegmentHeader(bytes)
    if (header === undefined) throw new Error(`${name} has no header that can be read`)
    const { records, damages } = scan(bytes, 0, header.firstSeq - 1)
    if (damages.length > 0) throw new Error(`${name} is damaged`)
    yield { header, records: records.map(({ record }) => record) }
  }
}
