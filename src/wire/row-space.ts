/** 64 KiB: some eighty rows of a hundred numbers. */
const blockNumbers = 8192

/**
 * Room for the numbers of rows, block by block: memory of its own costs a row more than its numbers do, to make and to give
 * back. What was given out is nobody else's, but shares its `buffer` with other rows.
 */
export class RowSpace {
  #block = new Float64Array(0)
  #used = 0

  /** Room for so many numbers; all are 0. */
  take(count: number): Float64Array {
    if (count > blockNumbers) return new Float64Array(count)
    if (this.#used + count > this.#block.length) {
      this.#block = new Float64Array(blockNumbers)
      this.#used = 0
    }
    this.#used += count
    return this.#block.subarray(this.#used - count, this.#used)
  }
}
