import type { Series } from '../metric/sample.ts'
import { RecordError } from '../runtime/errors.ts'
import type { DecodedHistogram, DecodedScrape } from './decoded-record.ts'
import { limits } from './limits.ts'
import type { ParsedNumber } from './parse-otlp.ts'
import type { SeriesCache } from './series-cache.ts'

/**
 * The numbers of one host in one record as rows: one per time, cut after 200 numbers, so that no two rows of a record have
 * one key. A series that stands twice at one time must say the same both times, else RecordError.
 */
export function toScrapes(points: readonly ParsedNumber[], cache: SeriesCache): readonly DecodedScrape[] {
  const scrapes: DecodedScrape[] = []
  for (const [timeMs, group] of Map.groupBy(points, (point) => point.timeMs)) {
    const single = withoutRepeats(group, (a, b) => Object.is(a.value, b.value))
    for (let at = 0; at < single.length; at += limits.readings) {
      const row = single.slice(at, at + limits.readings)
      const readings = Float64Array.from(row, (point) => point.value)
      const starts = Float64Array.from(row, ({ series, startTimeMs }) => (series.kind === 'counter' ? startTimeMs : 0))
      const layout = cache.layoutOf(row.map((point) => point.series))
      scrapes.push({ timeMs, layout, readings, ...(starts.some(Boolean) ? { startTimesMs: starts } : {}) })
    }
  }
  return scrapes
}

/** The timers and histograms of one host in one record; the same rule for repeats. */
export function toHistograms(points: readonly DecodedHistogram[]): readonly DecodedHistogram[] {
  const groups = Map.groupBy(points, (point) => point.timeMs)
  return [...groups.values()].flatMap((group) =>
    withoutRepeats(
      group,
      (a, b) => a.startTimeMs === b.startTimeMs && JSON.stringify(a.histogram) === JSON.stringify(b.histogram),
    ),
  )
}

/** Equal series are one object, which the cache of series sees to. */
function withoutRepeats<T extends { readonly series: Series }>(
  points: readonly T[],
  isEqual: (a: T, b: T) => boolean,
): readonly T[] {
  const bySeries = new Map<Series, T>()
  for (const point of points) {
    const former = bySeries.get(point.series)
    if (former === undefined) bySeries.set(point.series, point)
    else if (!isEqual(former, point)) {
      throw new RecordError(`two values of ${point.series.name} with equal attributes at one time`)
    }
  }
  return bySeries.size === points.length ? points : [...bySeries.values()]
}
