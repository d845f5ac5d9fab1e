import { isHistogramSample, type Sample } from '../metric/sample.ts'
import type { Emit } from '../runtime/events.ts'

/** Series that are remembered as told; one that is forgotten is told again. */
const mostTold = 10_000

/**
 * Counts whole numbers beyond 2^53, which no double tells apart from their neighbours: they travel and are kept as the
 * nearest double. Each series is told once.
 */
export class InexactValues {
  readonly #emit: Emit
  readonly #told = new Set<string>()

  constructor(emit: Emit) {
    this.#emit = emit
  }

  /** Looks at the samples of a round. */
  look(samples: readonly Sample[]): void {
    let values = 0
    for (const sample of samples) {
      if (isHistogramSample(sample) || !isInexact(sample.value)) continue
      values++
      this.#tell(sample.series, sample.value)
    }
    if (values > 0) this.#emit('scrape.inexact', { values })
  }

  #tell({ name, attributes }: Sample['series'], value: number): void {
    const text = JSON.stringify(attributes)
    const key = `${name}${text}`
    if (this.#told.has(key)) return
    if (this.#told.size >= mostTold) this.#told.clear()
    this.#told.add(key)
    this.#emit('metric.inexact', { metric: name, attributes: text, value })
  }
}

/** A whole number that may stand for a neighbour of its own. */
function isInexact(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value)
}
