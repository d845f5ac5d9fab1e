import type { Random } from '../../src/runtime/random.ts'

/** Randomness that a seed fixes. Source: xoshiro128**, Blackman and Vigna 2018; seeded by FNV-1a and splitmix32. */
export class SeededRandom implements Random {
  readonly #seed: string
  #a: number
  #b: number
  #c: number
  #d: number

  constructor(seed: string) {
    this.#seed = seed
    let state = 0x811c9dc5
    for (let at = 0; at < seed.length; at++) state = Math.imul(state ^ seed.charCodeAt(at), 0x01000193)
    const next = (): number => {
      state = (state + 0x9e3779b9) | 0
      let z = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
      return z ^ (z >>> 16)
    }
    this.#a = next()
    this.#b = next()
    this.#c = next()
    this.#d = next() | 1
  }

  /** Another stream, which the order of draws from this one does not change. */
  stream(name: string): SeededRandom {
    return new SeededRandom(`${this.#seed}/${name}`)
  }

  unit = (): number => this.#next() / 4_294_967_296

  bytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => this.#next() & 0xff)

  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.unit() * (most - least + 1))
  }

  chance(share: number): boolean {
    return this.unit() < share
  }

  /** One of the items; throws where there is none. */
  pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.unit() * items.length)]
    if (item === undefined) throw new RangeError('there is nothing to pick from')
    return item
  }

  /** The items in another order. */
  shuffled<T>(items: readonly T[]): readonly T[] {
    const keyed = items.map((item) => ({ item, key: this.unit() }))
    return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item)
  }

  #next(): number {
    const result = Math.imul(rotated(Math.imul(this.#b, 5), 7), 9)
    const shifted = this.#b << 9
    this.#c ^= this.#a
    this.#d ^= this.#b
    this.#b ^= this.#c
    this.#a ^= this.#d
    this.#c ^= shifted
    this.#d = rotated(this.#d, 11)
    return result >>> 0
  }
}

function rotated(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by))
}
