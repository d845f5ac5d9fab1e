import { sql } from 'kysely'
import type { MetricStore } from '../../store/store.ts'
import { limits } from '../limits.ts'
import type { NumberLines } from './number-lines.ts'
import { type PackedRequest, RowBudget, slicesOf } from '../packed-rows.ts'
import { pickedOf } from '../picks.ts'

/** Adds the buckets of a tier to the lines. Throws LimitError where there are too many. */
export async function addRollups(
  store: MetricStore,
  request: PackedRequest & { readonly resolution: 600 | 3600; readonly isCounter: (seriesId: number) => boolean },
  lines: NumberLines,
  budget: RowBudget = new RowBudget(limits.rows),
): Promise<void> {
  const { codec, database } = store
  const { hostIds, picks, resolution, isCounter } = request
  if (picks.length === 0 || hostIds?.length === 0) return
  const byLayout = new Map(picks.map((each) => [each.layoutId, each]))
  for (const { fromMs, toMs } of slicesOf(request)) {
    let query = database
      .selectFrom('rollup')
      .select(['host_id', 'layout_id', 'time'])
      .select([
        pickedOf(codec, 'count', picks).as('counts'),
        pickedOf(codec, 'min', picks).as('mins'),
        pickedOf(codec, 'max', picks).as('maxs'),
        pickedOf(codec, 'sum', picks).as('sums'),
      ])
      .where('resolution', '=', resolution)
      .where('time', '>=', codec.time(fromMs))
      .where('time', '<', codec.time(toMs))
      .where(sql<boolean>`layout_id in (${sql.join(picks.map(({ layoutId }) => sql.lit(layoutId)))})`)
      .limit(budget.limit)
    if (hostIds !== undefined) query = query.where('host_id', 'in', hostIds)
    const rows = await query.execute()
    budget.spend(rows.length)
    for (const row of rows) {
      const timeMs = codec.timeMs(row.time)
      const counts = codec.numbersValue(row.counts)
      const mins = codec.numbersValue(row.mins)
      const maxs = codec.numbersValue(row.maxs)
      const sums = codec.numbersValue(row.sums)
      const seriesIds = byLayout.get(row.layout_id)?.seriesIds ?? []
      for (let index = 0; index < seriesIds.length; index++) {
        const seriesId = seriesIds[index]
        const [count = 0, sum = Number.NaN] = [counts[index], sums[index]]
        // Of a counter's first reading of all nobody knows how much it grew.
        if (seriesId === undefined || !(count > 0) || Number.isNaN(sum)) continue
        const [min = Number.NaN, max = Number.NaN] = [mins[index], maxs[index]]
        // A counter's sum is its increase, whose weight is time, as with spans of raw readings.
        const weighed = isCounter(seriesId)
          ? {
              sum: sum * 1000,
              weight: resolution * 1000,
              min: Number.isNaN(min) ? sum / resolution : min,
              max: Number.isNaN(max) ? sum / resolution : max,
            }
          : { sum, weight: count, min, max }
        lines.addSummed(row.host_id, seriesId, timeMs, weighed)
      }
    }
  }
}
