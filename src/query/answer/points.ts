import { silenceAfter, usualSpacing } from '../gap-rule.ts'

/** Unix milliseconds and the value then; null is a gap, which no line may cross. */
export type Point = readonly [timeMs: number, value: number | null]

/** A range in steps: begin (included) and end (excluded), Unix milliseconds, and how long each step is. */
export interface Grid {
  readonly fromMs: number
  readonly toMs: number
  readonly stepMs: number
}

/** Puts a null where a series was silent for longer than three of its intervals; see `usualSpacing`. */
export function markGaps(points: readonly Point[], intervalMs: number | undefined): readonly Point[] {
  const spacing = usualSpacing(
    points.map(([timeMs]) => ({ timeMs })),
    intervalMs,
  )
  return points.flatMap((point, index) => {
    const former = points[index - 1]
    const silenceMs = former && silenceAfter(former[0], point[0], spacing)
    return silenceMs === undefined ? [point] : [[silenceMs, null], point]
  })
}

/** The begins of the steps. */
export function stepsOf({ fromMs, toMs, stepMs }: Grid): readonly number[] {
  const first = Math.floor(fromMs / stepMs)
  return Array.from({ length: Math.max(0, Math.ceil(toMs / stepMs) - first) }, (_, index) => (first + index) * stepMs)
}

/** What is known of a while at once: the sum of so many readings from `timeMs` on. */
export interface SummedReadings {
  readonly timeMs: number
  readonly sum: number
  readonly count: number
}

/**
 * One point for each step of the range, at the step's begin: the mean of what lies in it, or null where nothing does. Sums
 * belong to the step of their begin.
 */
export function inSteps(
  points: readonly Point[],
  grid: Grid,
  summed: readonly SummedReadings[] = [],
): readonly Point[] {
  const { stepMs } = grid
  const sums = new Map<number, { sum: number; count: number }>()
  const add = (timeMs: number, value: number, readings: number): void => {
    const begin = Math.floor(timeMs / stepMs) * stepMs
    const sum = sums.get(begin) ?? { sum: 0, count: 0 }
    sum.sum += value
    sum.count += readings
    sums.set(begin, sum)
  }
  for (const [timeMs, value] of points) if (value !== null) add(timeMs, value, 1)
  for (const { timeMs, sum, count } of summed) add(timeMs, sum, count)
  return stepsOf(grid).map((at): Point => {
    const sum = sums.get(at)
    return [at, sum === undefined ? null : sum.sum / sum.count]
  })
}

/** Several series of the same steps as one: their sum or their mean, over those that have a value in the step. */
export function together(series: readonly (readonly Point[])[], how: 'sum' | 'mean'): readonly Point[] {
  const [first = []] = series
  return first.map(([timeMs], index): Point => {
    const values = series.map((points) => points[index]?.[1] ?? null).filter((value) => value !== null)
    if (values.length === 0) return [timeMs, null]
    const sum = values.reduce((total, value) => total + value, 0)
    return [timeMs, how === 'sum' ? sum : sum / values.length]
  })
}
