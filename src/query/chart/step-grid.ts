/** The equal steps of a chart: step `i` begins at `fromMs + i * stepMs`. */
export interface StepGrid {
  /** A multiple of the step. */
  readonly fromMs: number
  readonly stepMs: number
  readonly count: number
}

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** Steps that a person reads off an axis; each one above ten minutes is a multiple of it, each one above an hour of that. */
const niceSteps: readonly number[] = [
  ...[1, 2, 5, 10, 15, 20, 30].map((each) => each * second),
  ...[1, 2, 3, 5, 10, 20, 30].map((each) => each * minute),
  ...[1, 2, 3, 4, 6, 12].map((each) => each * hour),
  ...[1, 2, 5, 10, 20, 50].map((each) => each * day),
]

/** The smallest nice step by which the range has at most so many points. */
export function niceStep(rangeMs: number, points: number): number {
  const least = rangeMs / points
  return niceSteps.find((step) => step >= least) ?? Math.ceil(least / day) * day
}

/** The steps that cover the range. */
export function gridOf(fromMs: number, toMs: number, stepMs: number): StepGrid {
  const begin = Math.floor(fromMs / stepMs) * stepMs
  return { fromMs: begin, stepMs, count: Math.max(1, Math.ceil((toMs - begin) / stepMs)) }
}

/** The begin of each step. */
export function timesOf({ fromMs, stepMs, count }: StepGrid): readonly number[] {
  return Array.from({ length: count }, (_, index) => fromMs + index * stepMs)
}
