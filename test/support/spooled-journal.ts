import { nodeDisk } from '../../src/runtime/node-disk.ts'
import { readWhole } from '../../src/spool/read-whole.ts'
import { scan, segmentNumber } from '../../src/spool/segment.ts'
import { decodeSegmentHeader } from '../../src/spool/segment-header.ts'
import { JournalReader, type Journal } from '../oracle/journal.ts'

/**
 * What agents accepted, by what stands in their spool, where acknowledged segments are kept for a while. Throws for a
 * segment that cannot be read.
 */
export async function spooledJournal(folder: string): Promise<Journal> {
  const reader = new JournalReader()
  const own = []
  for (const name of await nodeDisk.list(folder)) {
    if (segmentNumber(name) === undefined) continue
    const bytes = await readWhole(nodeDisk, `${folder}/${name}`)
    const header = decodeSegmentHeader(bytes)
    if (header === undefined) throw new Error(`${name} has no header that can be read`)
    const { records, damages } = scan(bytes, 0, header.firstSeq - 1)
    if (damages.length > 0) throw new Error(`${name} is damaged`)
    for (const { record } of records) own.push(reader.own({ ...header, ...record }))
  }
  return { own, foreign: [] }
}
