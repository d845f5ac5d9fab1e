import { type InsertQueryBuilder, type InsertResult, sql } from 'kysely'
import type { Tables } from './schema.ts'
import type { StoreTraits } from './store.ts'

/**
 * Inserts the rows whose keys are not there yet and leaves the others as they are. `column` is one of the table's own, for
 * databases whose way to say so is to set a column to itself. Other errors are thrown: this is no INSERT IGNORE.
 */
export async function insertMissing<Table extends keyof Tables>(
  insert: InsertQueryBuilder<Tables, Table, InsertResult>,
  traits: StoreTraits,
  column: string & keyof Tables[Table],
): Promise<void> {
  const query = traits.supportsOnConflict
    ? insert.onConflict((conflict) => conflict.doNothing())
    : insert.modifyEnd(sql`on duplicate key update ${sql.ref(column)} = ${sql.ref(column)}`)
  await query.execute()
}

/** Rows in groups that any database takes as one statement. */
export function* inChunks<T>(rows: readonly T[], size = 500): Generator<readonly T[]> {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size)
}

/** Rows in groups that weigh at most `most` together; one that weighs more stands alone. */
export function* inWeighedChunks<T>(
  rows: readonly T[],
  weightOf: (row: T) => number,
  most: number,
): Generator<readonly T[]> {
  let chunk: T[] = []
  let weight = 0
  for (const row of rows) {
    const own = weightOf(row)
    if (chunk.length > 0 && weight + own > most) {
      yield chunk
      chunk = []
      weight = 0
    }
    chunk.push(row)
    weight += own
  }
  if (chunk.length > 0) yield chunk
}
