import type { Kysely } from 'kysely'
import { inChunks } from '../insert-missing.ts'
import type { Tables } from '../schema.ts'

/** What stands at a position of a layout. */
export interface PlacedSeries {
  readonly seriesId: number
  readonly isCounter: boolean
}

/**
 * The series of layouts, in the order of their positions. Read anew each time and not remembered: a restored database may
 * give an id to another layout.
 */
export async function readLayouts(
  sql: Kysely<Tables>,
  layoutIds: Iterable<number>,
): Promise<ReadonlyMap<number, readonly PlacedSeries[]>> {
  const layouts = new Map<number, PlacedSeries[]>()
  for (const chunk of inChunks([...layoutIds])) {
    const rows = await sql
      .selectFrom('layout_series')
      .innerJoin('series', 'series.series_id', 'layout_series.series_id')
      .innerJoin('metric', 'metric.metric_id', 'series.metric_id')
      .select(['layout_series.layout_id', 'layout_series.series_id', 'metric.kind'])
      .where('layout_series.layout_id', 'in', chunk)
      .orderBy('layout_series.layout_id')
      .orderBy('layout_series.position')
      .execute()
    for (const { layout_id: layoutId, series_id: seriesId, kind } of rows) {
      const series = layouts.get(layoutId) ?? []
      series.push({ seriesId, isCounter: kind === 'counter' })
      layouts.set(layoutId, series)
    }
  }
  return layouts
}
