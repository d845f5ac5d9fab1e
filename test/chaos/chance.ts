/** Chance that can be repeated: the same seed draws the same numbers. */
export class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From `from` up to, not including, `to`. */
  between(from: number, to: number): number {
    return from + this.#next() * (to - from)
  }

  /** One of them. Throws where there is none. */
  pick<T>(from: readonly T[]): T {
    const picked = from[Math.floor(this.#next() * from.length)]
    if (picked === undefined) throw new Error('there is nothing to pick from')
    return picked
  }

  /** All of them in another order. */
  shuffled<T>(from: readonly T[]): readonly T[] {
    return from
      .map((value) => ({ value, at: this.#next() }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ value }) => value)
  }

  /** Mulberry32. */
  #next(): number {
    this.#state = (this.#state + 0x6d_2b_79_f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
