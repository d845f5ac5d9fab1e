/** Unix milliseconds and the value then; null is a gap, which no line may cross. */
export type Point = readonly [timeMs: number, value: number | null]

/** Puts a null where a series was silent for longer than three of its intervals; without an interval nothing is known. */
export function markGaps(points: readonly Point[], intervalMs: number | undefined): readonly Point[] {
  if (intervalMs === undefined) return points
  const marked: Point[] = []
  let previous: Point | undefined
  for (const point of points) {
    if (previous !== undefined && point[0] - previous[0] > 3 * intervalMs) marked.push([previous[0] + intervalMs, null])
    marked.push(point)
    previous = point
  }
  return marked
}

/** A counter's readings as its rate a second; the first reading and each reset are gaps, never negative and never zero. */
export function toRates(points: readonly Point[]): readonly Point[] {
  const rates: Point[] = []
  let previous: Point | undefined
  for (const point of points) {
    const [timeMs, total] = point
    if (previous !== undefined) {
      const [formerMs, former] = previous
      const known = total !== null && former !== null && total >= former && timeMs > formerMs
      rates.push([timeMs, known ? ((total - former) * 1000) / (timeMs - formerMs) : null])
    }
    previous = point
  }
  return rates
}

/** One point for each step of the range, at the step's begin: the mean of what lies in it, or null where nothing does. */
export function inSteps(points: readonly Point[], fromMs: number, toMs: number, stepMs: number): readonly Point[] {
  const sums = new Map<number, { sum: number; count: number }>()
  for (const [timeMs, value] of points) {
    if (value === null) continue
    const begin = Math.floor(timeMs / stepMs) * stepMs
    const sum = sums.get(begin) ?? { sum: 0, count: 0 }
    sum.sum += value
    sum.count += 1
    sums.set(begin, sum)
  }
  const steps: Point[] = []
  for (let at = Math.floor(fromMs / stepMs) * stepMs; at < toMs; at += stepMs) {
    const sum = sums.get(at)
    steps.push([at, sum === undefined ? null : sum.sum / sum.count])
  }
  return steps
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
