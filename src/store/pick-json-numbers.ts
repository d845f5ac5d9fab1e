import { type RawBuilder, sql } from 'kysely'

/**
 * See `MetricStore.pickNumbers`: where lists are JSON. The positions must rise, since MariaDB answers in the order of the
 * document and not of the paths; for a single path the three databases give no list but the number itself.
 */
export function pickJsonNumbers(column: string, positions: readonly number[]): RawBuilder<unknown> {
  const paths = positions.map((position) => sql.lit(`$[${position - 1}]`))
  return sql`json_extract(${sql.ref(column)}, ${sql.join(paths)})`
}

/** What it picked, or a whole list. Throws TypeError where the driver gave something else. */
export function readJsonNumbers(stored: unknown): readonly number[] {
  const value: unknown = typeof stored === 'string' ? JSON.parse(stored) : stored
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.map((each) => {
    if (typeof each === 'number') return each
    if (each === null) return Number.NaN
    throw new TypeError(`the driver gave ${typeof each} where a number was expected`)
  })
}

/** A list for a column: JSON writes NaN as null and every finite double with as many digits as read back to the same bits. */
export function writeJsonNumbers(numbers: Iterable<number>): string {
  return JSON.stringify(Array.from(numbers))
}
