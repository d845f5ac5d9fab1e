import { plainMessage } from '../test/support/otlp-points.ts'
import { referenceDecode } from '../test/support/otlp-reference.ts'
import { spooledSegments } from '../test/support/spooled-segments.ts'

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
  for await (const { header, records } of spooledSegments(folder)) {
    const values = records.flatMap(({ note, value }) => (note === undefined ? [value] : []))
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
