import { type Kysely, sql } from 'kysely'
import type { Tables } from '../schema.ts'
import { storedWhole } from '../stored-value.ts'
import type { TableSize } from '../store.ts'

/** The tables of the schema with their partitions, indexes and long values, by name. */
export async function postgresSizes(database: Kysely<Tables>, schema: string): Promise<readonly TableSize[]> {
  const { rows } = await sql<{ readonly name: string; readonly bytes: unknown }>`
    select whole.relname as name, sum(pg_catalog.pg_total_relation_size(part.relid)) as bytes
      from pg_catalog.pg_class whole
      join pg_catalog.pg_namespace n on n.oid = whole.relnamespace
      cross join lateral pg_catalog.pg_partition_tree(whole.oid) part
     where n.nspname = ${schema} and whole.relkind = 'p' and not whole.relispartition
     group by whole.relname
    union all
    select c.relname, pg_catalog.pg_total_relation_size(c.oid)
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where n.nspname = ${schema} and c.relkind = 'r' and not c.relispartition
     order by 1`.execute(database)
  return rows.map(({ name, bytes }) => ({ table: name, bytes: Number(storedWhole(bytes)) }))
}
