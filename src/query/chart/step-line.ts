import type { StepGrid } from './step-grid.ts'

/** Collects one line of a chart: for each step the mean, the least and the most of what lies in it. */
export class StepLine {
  readonly #grid: StepGrid
  readonly #sums: Float64Array
  readonly #weights: Float64Array
  readonly #least: Float64Array
  readonly #most: Float64Array

  constructor(grid: StepGrid) {
    this.#grid = grid
    this.#sums = new Float64Array(grid.count)
    this.#weights = new Float64Array(grid.count)
    this.#least = new Float64Array(grid.count).fill(Number.POSITIVE_INFINITY)
    this.#most = new Float64Array(grid.count).fill(Number.NEGATIVE_INFINITY)
  }

  /** A value at a moment. */
  add(timeMs: number, value: number): void {
    this.#put(this.#stepOf(timeMs), { sum: value, weight: 1, min: value, max: value })
  }

  /** A value for all of a span, such as a rate between two readings: each step has its share of it. */
  addSpan(fromMs: number, toMs: number, value: number): void {
    const { fromMs: begin, stepMs, count } = this.#grid
    const last = Math.min(count - 1, this.#stepOf(toMs - 1))
    for (let step = Math.max(0, this.#stepOf(fromMs)); step <= last; step++) {
      const stepFromMs = begin + step * stepMs
      const weight = Math.min(toMs, stepFromMs + stepMs) - Math.max(fromMs, stepFromMs)
      if (weight > 0) this.#put(step, { sum: value * weight, weight, min: value, max: value })
    }
  }

  /** What somebody else has summed up already; `timeMs` is its begin. */
  addSummed(timeMs: number, summed: Summed): void {
    this.#put(this.#stepOf(timeMs), summed)
  }

  /** The value of steps between two readings in which nothing was read, since the readings are rarer than the steps. */
  hold(fromMs: number, toMs: number, value: number): void {
    const last = Math.min(this.#grid.count - 1, this.#stepOf(toMs) - 1)
    for (let step = Math.max(0, this.#stepOf(fromMs) + 1); step <= last; step++) {
      if (this.#weights[step] === 0) this.#put(step, { sum: value, weight: 1, min: value, max: value })
    }
  }

  /** Over all of the line; undefined for one without a value. */
  get mean(): number | undefined {
    const values = this.average.filter((value) => value !== null)
    return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length
  }

  get average(): readonly (number | null)[] {
    return this.#each((step) => (this.#sums[step] ?? 0) / (this.#weights[step] ?? 0))
  }

  get min(): readonly (number | null)[] {
    return this.#each((step) => this.#least[step] ?? 0)
  }

  get max(): readonly (number | null)[] {
    return this.#each((step) => this.#most[step] ?? 0)
  }

  #each(valueOf: (step: number) => number): readonly (number | null)[] {
    return Array.from(this.#weights, (weight, step) => (weight > 0 ? valueOf(step) : null))
  }

  #stepOf(timeMs: number): number {
    return Math.floor((timeMs - this.#grid.fromMs) / this.#grid.stepMs)
  }

  #put(step: number, { sum, weight, min, max }: Summed): void {
    if (step < 0 || step >= this.#grid.count) return
    this.#sums[step] = (this.#sums[step] ?? 0) + sum
    this.#weights[step] = (this.#weights[step] ?? 0) + weight
    this.#least[step] = Math.min(this.#least[step] ?? min, min)
    this.#most[step] = Math.max(this.#most[step] ?? max, max)
  }
}

/** Several values as one: their mean is `sum / weight`. */
export interface Summed {
  readonly sum: number
  readonly weight: number
  readonly min: number
  readonly max: number
}
