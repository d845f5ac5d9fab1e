import { type RawBuilder, sql } from 'kysely'
import { inChunks } from '../store/insert-missing.ts'
import type { Codec, MetricStore } from '../store/store.ts'

/** Where in the rows of one layout the wanted series stand. */
export interface LayoutPicks {
  readonly layoutId: number
  /** From 1, rising. */
  readonly positions: readonly number[]
  /** The series at each of these positions. */
  readonly seriesIds: readonly number[]
}

/** Finds the layouts that have any of these series: packed rows are then read once, for all of them. */
export async function findPicks(
  { database }: MetricStore,
  seriesIds: readonly number[],
): Promise<readonly LayoutPicks[]> {
  const found: { readonly layout_id: number; readonly position: number; readonly series_id: number }[] = []
  for (const chunk of inChunks(seriesIds, 1000)) {
    const rows = await database
      .selectFrom('layout_series')
      .select(['layout_id', 'position', 'series_id'])
      .where('series_id', 'in', chunk)
      .execute()
    found.push(...rows)
  }
  return [...Map.groupBy(found, (row) => row.layout_id)].map(([layoutId, rows]) => {
    const rising = rows.toSorted((a, b) => a.position - b.position)
    return {
      layoutId,
      positions: rising.map((row) => row.position),
      seriesIds: rising.map((row) => row.series_id),
    }
  })
}

/** Of a list column what is picked of each layout; one expression, so that one pass over the rows is enough. */
export function pickedOf(codec: Codec, column: string, picks: readonly LayoutPicks[]): RawBuilder<unknown> {
  const [only] = picks
  if (picks.length === 1 && only !== undefined) return codec.pickNumbers(column, only.positions)
  const cases = picks.map(
    ({ layoutId, positions }) => sql`when ${sql.lit(layoutId)} then ${codec.pickNumbers(column, positions)}`,
  )
  return sql`case layout_id ${sql.join(cases, sql` `)} end`
}
