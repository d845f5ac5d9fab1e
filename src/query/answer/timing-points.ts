import { mergeHistograms } from '../../metric/merge-histograms.ts'
import { percentilesOf } from '../../metric/percentile.ts'
import type { ExponentialHistogram } from '../../metric/sample.ts'
import { stepsOf, type Grid, type Point } from './points.ts'

/** The numbers of a timer or histogram that a line can be drawn of. */
export const timingColumns = ['p50', 'p90', 'p95', 'p99', 'min', 'max'] as const

/** One of them. */
export type TimingColumn = (typeof timingColumns)[number]

/** What a timer or histogram saw in one interval, which ended then. */
export interface TimedHistogram {
  readonly timeMs: number
  readonly histogram: ExponentialHistogram
}

/** A line of one statistic, each reading by itself. */
export function timingPoints(readings: readonly TimedHistogram[], statistic: TimingColumn): readonly Point[] {
  return readings.map(({ timeMs, histogram }): Point => [timeMs, statisticOf(histogram, statistic)])
}

/**
 * The lines of all statistics in steps: all histograms of a step are merged, so that its percentiles are those of all that
 * was observed in it, by whatever series and host. Null where nothing was.
 */
export function timingSteps(
  readings: readonly TimedHistogram[],
  grid: Grid,
): readonly { readonly statistic: TimingColumn; readonly points: readonly Point[] }[] {
  const byStep = Map.groupBy(readings, ({ timeMs }) => Math.floor(timeMs / grid.stepMs) * grid.stepMs)
  const merged = stepsOf(grid).map((at) => {
    return { at, histogram: mergeHistograms((byStep.get(at) ?? []).map(({ histogram }) => histogram)) }
  })
  return timingColumns.map((statistic) => ({
    statistic,
    points: merged.map(({ at, histogram }): Point => [at, histogram ? statisticOf(histogram, statistic) : null]),
  }))
}

function statisticOf(histogram: ExponentialHistogram, statistic: TimingColumn): number | null {
  if (statistic === 'min' || statistic === 'max') return histogram[statistic] ?? null
  const [p50, p90, p95, p99] = percentilesOf(histogram) ?? [null, null, null, null]
  return { p50, p90, p95, p99 }[statistic]
}
