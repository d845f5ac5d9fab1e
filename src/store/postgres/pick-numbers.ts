import { type RawBuilder, sql } from 'kysely'

/** See `MetricStore.pickNumbers`. */
export function pickNumbers(column: string, positions: readonly number[]): RawBuilder<unknown> {
  const picked = positions.map((position) => sql`${sql.ref(column)}[${sql.lit(position)}]`)
  return sql`array[${sql.join(picked)}]::float8[]`
}
