import type { Emit } from '../../runtime/events.ts'
import type { DecodedRecord } from '../../wire/decoded-record.ts'
import { type Arrival, isDecoded } from './understand.ts'

/** Series that are remembered as told; one that is forgotten is told again. */
const mostTold = 10_000

/**
 * Counts what arrived and cannot be kept as it was sent: NaN and infinite numbers (kept as missing), whole numbers beyond
 * 2^53 (kept as the nearest double; each series of each host is told once), and kinds that the schema does not have.
 */
export class OddValues {
  readonly #emit: Emit
  readonly #told = new Set<string>()

  constructor(emit: Emit) {
    this.#emit = emit
  }

  /** Looks at the records of a batch that was stored. */
  look(arrivals: readonly Arrival[]): void {
    const odd: DecodedRecord[] = []
    for (const { content } of arrivals) {
      if (isDecoded(content) && content.notFinite + content.unsupported + content.inexact.length > 0) odd.push(content)
    }
    if (odd.length === 0) return
    const notFinite = odd.reduce((sum, record) => sum + record.notFinite, 0)
    const unsupported = odd.reduce((sum, record) => sum + record.unsupported, 0)
    const inexact = odd.reduce((sum, record) => sum + record.inexact.length, 0)
    this.#emit('ingest.odd-values', { notFinite, inexact, unsupported })
    for (const record of odd) this.#tell(record)
  }

  #tell({ parts, inexact }: DecodedRecord): void {
    const host = parts.map((part) => part.host.name).join(', ')
    for (const { name, attributes } of inexact) {
      const text = JSON.stringify(attributes)
      const key = `${host}/${name}${text}`
      if (this.#told.has(key)) continue
      if (this.#told.size >= mostTold) this.#told.clear()
      this.#told.add(key)
      this.#emit('ingest.inexact', { host, metric: name, attributes: text })
    }
  }
}
