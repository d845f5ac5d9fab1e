import { type Kysely, sql } from 'kysely'
import type { Tables } from '../schema.ts'
import { storedWhole } from '../stored-value.ts'

/** Four megabytes at the usual size: whoever stores waits for less than a tenth of a second. */
const pagesAtOnce = 1000

/** Cuts free pages off the file's end; true where more are free. Files of other programs without this way keep them for later rows. */
export async function reclaimSpace(database: Kysely<Tables>): Promise<boolean> {
  const before = await freePages(database)
  if (before === 0) return false
  await sql`pragma incremental_vacuum(${sql.lit(pagesAtOnce)})`.execute(database)
  const after = await freePages(database)
  return after > 0 && after < before
}

async function freePages(database: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ readonly pages: unknown }>`pragma freelist_count`.execute(database)
  return Number(storedWhole(Object.values(rows[0] ?? { pages: 0 })[0]))
}
