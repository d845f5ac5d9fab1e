import { type Kysely, sql } from 'kysely'
import type { Tables } from '../schema.ts'
import { storedWhole } from '../stored-value.ts'
import type { TableSize } from '../store.ts'

/** The whole file, without its write-ahead log: what each table takes would be a walk over all of it. */
export async function sqliteSizes(database: Kysely<Tables>): Promise<readonly TableSize[]> {
  const { rows } = await sql<{ readonly bytes: unknown }>`
    select page_count * page_size as bytes from pragma_page_count(), pragma_page_size()`.execute(database)
  return rows.map(({ bytes }) => ({ bytes: Number(storedWhole(bytes)) }))
}
