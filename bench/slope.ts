/** A straight line through points: how much it rises for each unit, and within what. */
export interface Slope {
  readonly perUnit: number
  /** Half of the range that the true slope is in with 95 % certainty, as far as the points scatter by chance. */
  readonly error: number
}

/** Student's t for 95 %, two-sided, by degrees of freedom from 1. */
const students = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23] as const
const normal = 1.96

/**
 * The least-squares line through the means of so many stretches of equal length: what a garbage collector does between two
 * collections is no trend, and its points are not independent of each other. Throws where fewer than three stretches have points.
 */
export function slopeOf(points: readonly (readonly [x: number, y: number])[], stretches = 12): Slope {
  const xs = points.map(([x]) => x)
  const first = Math.min(...xs)
  const length = (Math.max(...xs) - first) / stretches
  const byStretch = Map.groupBy(points, ([x]) => Math.min(stretches - 1, Math.floor((x - first) / length)))
  const means = [...byStretch.values()].map((of) => [mean(of.map(([x]) => x)), mean(of.map(([, y]) => y))] as const)
  if (means.length < 3) throw new Error(`${points.length} points are too few for a slope`)
  const [meanX, meanY] = [mean(means.map(([x]) => x)), mean(means.map(([, y]) => y))]
  const spread = sum(means.map(([x]) => (x - meanX) ** 2))
  const perUnit = sum(means.map(([x, y]) => (x - meanX) * (y - meanY))) / spread
  const rest = sum(means.map(([x, y]) => (y - meanY - perUnit * (x - meanX)) ** 2))
  const freedom = means.length - 2
  return { perUnit, error: (students[freedom - 1] ?? normal) * Math.sqrt(rest / freedom / spread) }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length
}
