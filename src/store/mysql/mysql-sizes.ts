import { type Kysely, sql } from 'kysely'
import type { Tables } from '../schema.ts'
import { storedWhole } from '../stored-value.ts'
import type { TableSize } from '../store.ts'

/** The tables with their partitions and indexes, by name; MySQL's own figures may be a day old, and are rough. */
export async function mysqlSizes(database: Kysely<Tables>): Promise<readonly TableSize[]> {
  const { rows } = await sql<{ readonly name: string; readonly bytes: unknown }>`
    SELECT table_name AS name, COALESCE(data_length, 0) + COALESCE(index_length, 0) AS bytes
      FROM information_schema.tables
     WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'
     ORDER BY table_name`.execute(database)
  return rows.map(({ name, bytes }) => ({ table: name, bytes: Number(storedWhole(bytes)) }))
}
