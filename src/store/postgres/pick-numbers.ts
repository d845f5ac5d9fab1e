import { type RawBuilder, sql } from 'kysely'

/** More slices than these take longer to join than to take number by number. */
const mostSlices = 8

/**
 * See `MetricStore.pickNumbers`. In slices where positions follow each other, as those of a metric do: the server unpacks a
 * list, or walks to a place in it, once for a slice and once for each number.
 */
export function pickNumbers(column: string, positions: readonly number[]): RawBuilder<unknown> {
  const list = sql.ref(column)
  const slices = slicesOf(positions)
  if (slices.length > mostSlices) {
    const picked = positions.map((position) => sql`${list}[${sql.lit(position)}]`)
    return sql`array[${sql.join(picked)}]::float8[]`
  }
  const taken = slices.map(({ from, to }) => sql`${list}[${sql.lit(from)}:${sql.lit(to)}]`)
  return sql`(${sql.join(taken, sql` || `)})::float8[]`
}

/** Positions without a hole between them as one. */
function slicesOf(positions: readonly number[]): readonly { readonly from: number; readonly to: number }[] {
  const slices: { from: number; to: number }[] = []
  for (const position of positions) {
    const last = slices.at(-1)
    if (last !== undefined && last.to === position - 1) last.to = position
    else slices.push({ from: position, to: position })
  }
  return slices
}
