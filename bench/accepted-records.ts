import { nodeDisk } from '../src/runtime/node-disk.ts'
import { decodeSegmentHeader } from '../src/spool/segment-header.ts'
import { readWhole } from '../src/spool/read-whole.ts'
import { scan, segmentNumber } from '../src/spool/segment.ts'
import { plainMessage } from '../test/support/otlp-points.ts'
import { referenceDecode } from '../test/support/otlp-reference.ts'

/** What a run of an agent accepted. */
export interface Accepted {
  readonly records: number
  /** Numbers and timings in them, as a codec that is not ours reads them. */
  readonly samples: number
}

/**
 * What each run of an agent accepted, by what stands in its spool, where acknowledged segments are kept; notes are no
 * records with samples. Throws for a segment that cannot be read.
 */
export async function acceptedRecords(folder: string): Promise<ReadonlyMap<string, Accepted>> {
  const runs = new Map<string, Accepted>()
  for (const name of await nodeDisk.list(folder)) {
    if (segmentNumber(name) === undefined) continue
    const bytes = await readWhole(nodeDisk, `${folder}/${name}`)
    const header = decodeSegmentHeader(bytes)
    if (header === undefined) throw new Error(`${name} has no header that can be read`)
    const { records, damages } = scan(bytes, 0, header.firstSeq - 1)
    if (damages.length > 0) throw new Error(`${name} is damaged`)
    const values = records.flatMap(({ record }) => (record.note === undefined ? [record.value] : []))
    const points = values.flatMap((value) => plainMessage(referenceDecode(value)))
    const run = String(header.run)
    const before = runs.get(run) ?? { records: 0, samples: 0 }
    runs.set(run, {
      records: before.records + values.length,
      samples: before.samples + points.filter(({ value }) => value !== 'missing').length,
    })
  }
  return runs
}
