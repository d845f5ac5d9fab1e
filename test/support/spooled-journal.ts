import { JournalReader, type Journal } from '../oracle/journal.ts'
import { spooledSegments } from './spooled-segments.ts'

/**
 * What agents accepted, by what stands in their spool, where acknowledged segments are kept for a while. Throws for a
 * segment that cannot be read.
 */
export async function spooledJournal(folder: string): Promise<Journal> {
  const reader = new JournalReader()
  const own = []
  for await (const { header, records } of spooledSegments(folder)) {
    for (const record of records) own.push(reader.own({ ...header, ...record }))
  }
  return { own, foreign: [] }
}
