import type { MetricStore } from '../../store/store.ts'
import type { CounterHistory } from './counter-points.ts'
import { readFormer } from './former-readings.ts'
import { readNumbers, readStarts, type OfSeries, type ReadingsRequest } from './readings.ts'

/**
 * What is known of counters in a range, from each one's reading before the range on. Most have one within `lookBackMs`; for
 * the others it is looked further, so that the increases of adjoining ranges add up.
 */
export async function readHistories(
  store: MetricStore,
  range: ReadingsRequest,
  lookBackMs: number,
): Promise<readonly OfSeries<CounterHistory>[]> {
  const { fromMs } = range
  const nearMs = fromMs - lookBackMs
  const near = { ...range, fromMs: nearMs }
  const startsOf = bySeries(await readStarts(store, near))
  const series = await readNumbers(store, near)
  const wanting = series.filter((each) => {
    const firstMs = each.items[0]?.[0] ?? Number.NEGATIVE_INFINITY
    // What began within the range is all growth, whatever was before.
    return firstMs >= fromMs && !startsOf(each).some((startMs) => startMs >= fromMs && startMs < firstMs)
  })
  const hosts = Map.groupBy(wanting, ({ hostId }) => hostId)
  const formers = await readFormer(
    store,
    Array.from(hosts, ([hostId, each]) => ({ hostId, seriesIds: each.map(({ seriesId }) => seriesId) })),
    nearMs,
  )
  const formerOf = bySeries(formers)
  const oldestMs = Math.min(nearMs, ...formers.flatMap(({ items }) => items.map(([timeMs]) => timeMs)))
  const earlierOf = bySeries(
    await readStarts(store, {
      hostIds: [...new Set(formers.map(({ hostId }) => hostId))],
      seriesIds: [...new Set(formers.map(({ seriesId }) => seriesId))],
      fromMs: oldestMs,
      toMs: nearMs,
    }),
  )
  return series.map(({ hostId, seriesId, items }) => {
    const former = formerOf({ hostId, seriesId })
    const startsMs = [...earlierOf({ hostId, seriesId }), ...startsOf({ hostId, seriesId })]
    const sinceMs = former[0]?.[0] ?? nearMs
    const history = { totals: [...former, ...items], startsMs, sinceMs, fromMs, intervalMs: undefined }
    return { hostId, seriesId, items: [history] }
  })
}

type SeriesOfHost = Pick<OfSeries<unknown>, 'hostId' | 'seriesId'>

function bySeries<Item>(all: readonly OfSeries<Item>[]): (series: SeriesOfHost) => readonly Item[] {
  const found = new Map(all.map(({ hostId, seriesId, items }) => [`${hostId}/${seriesId}`, items]))
  return ({ hostId, seriesId }) => found.get(`${hostId}/${seriesId}`) ?? []
}
