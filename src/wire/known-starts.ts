import { millisecondsAt } from './protobuf-reader.ts'

/**
 * Since when the counters of an agent count, as its former record said it. It changes at a restart, so that nearly every
 * record is given the array of the one before: whoever keeps it knows it again without a look at its numbers.
 */
export class KnownStarts {
  /** The bytes that this keeps in memory, about; where the starts stand is the template's. */
  readonly weight: number
  /** By the layout's order where each start stands in the body; 0 where there is none. */
  readonly #startAt: Int32Array
  /** The starts as they stood, two words each. */
  readonly #words: Int32Array
  #startTimesMs: Float64Array | undefined
  #isKnown = false

  constructor(startAt: Int32Array) {
    this.#startAt = startAt
    this.#words = new Int32Array(2 * startAt.length)
    this.weight = startAt.length * (2 * Int32Array.BYTES_PER_ELEMENT + Float64Array.BYTES_PER_ELEMENT)
  }

  /** The starts in milliseconds, by the layout's order, 0 where none is told; undefined where no counter tells one. */
  read(view: DataView): Float64Array | undefined {
    if (!this.#isAsBefore(view)) {
      this.#startTimesMs = this.#parse(view)
      this.#isKnown = true
    }
    return this.#startTimesMs
  }

  #isAsBefore(view: DataView): boolean {
    const startAt = this.#startAt
    const words = this.#words
    let isSame = this.#isKnown
    for (let index = 0; index < startAt.length; index++) {
      const at = startAt[index] ?? 0
      if (at === 0) continue
      const low = view.getInt32(at, true)
      const high = view.getInt32(at + 4, true)
      isSame &&= low === words[2 * index] && high === words[2 * index + 1]
      words[2 * index] = low
      words[2 * index + 1] = high
    }
    return isSame
  }

  #parse(view: DataView): Float64Array | undefined {
    const starts = Float64Array.from(this.#startAt, (at) => (at === 0 ? 0 : millisecondsAt(view, at)))
    return starts.some(Boolean) ? starts : undefined
  }
}
