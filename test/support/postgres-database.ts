import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { Client } from 'pg'
import type { MetricStore } from '../../src/store/store.ts'

/** An empty database on a server. */
export interface PostgresDatabase extends AsyncDisposable {
  /** Where its superuser connects. */
  readonly url: string
  /** Runs a statement over a connection of its own, as that user. */
  readonly ask: (statement: string) => Promise<readonly Record<string, unknown>[]>
}

/** Makes an empty database on the server at this address; it is dropped at disposal, whoever is still connected. */
export async function freshPostgresDatabase(server: string): Promise<PostgresDatabase> {
  const name = `hostvitals_${randomUUID().replaceAll('-', '')}`
  await askPostgres(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = name
  return {
    url: url.href,
    ask: async (statement) => askPostgres(url.href, statement),
    [Symbol.asyncDispose]: async () => {
      await askPostgres(server, `drop database if exists ${name} with (force)`)
    },
  }
}

/** Asks a server for rows, over a connection of its own. */
export async function askPostgres(url: string, statement: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  // The statement under way fails as well when the connection breaks.
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, unknown>>(statement)
    return rows
  } finally {
    await client.end()
  }
}

/** The schema `hostvitals` as text: tables without daily partitions, their columns, constraints and indexes, and the views. */
export async function dumpPostgresSchema({ database }: MetricStore): Promise<string> {
  const { rows } = await sql<{ text: string }>`
    with ours as (
      select c.oid, c.relname, c.relkind, c.relispartition, c.reloptions
        from pg_class c
       where c.relnamespace = 'hostvitals'::regnamespace and c.relkind in ('r', 'p', 'v')
         and not (c.relkind = 'r' and c.relispartition) and c.relname not like 'hostvitals_migration%'
    ), lines as (
      select relname, 1 as part, attnum::text as place, format('  %s %s%s%s', attname, format_type(atttypid, atttypmod),
               case when attnotnull then ' NOT NULL' else '' end,
               case when attidentity = 'a' then ' GENERATED ALWAYS AS IDENTITY'
                    when adbin is not null then ' DEFAULT ' || pg_get_expr(adbin, adrelid) else '' end) as line
        from ours join pg_attribute on attrelid = ours.oid and attnum > 0 and not attisdropped
        left join pg_attrdef on adrelid = attrelid and adnum = attnum
       where relkind <> 'v'
      union all
      select relname, 2, conname, format('  CONSTRAINT %s %s', conname, pg_get_constraintdef(c.oid))
        from ours join pg_constraint c on conrelid = ours.oid and contype <> 'n'
      union all
      select relname, 3, indexrelid::regclass::text, '  ' || pg_get_indexdef(indexrelid)
        from ours join pg_index on indrelid = ours.oid
       where not exists (select from pg_constraint where conindid = indexrelid)
    )
    select concat_ws(E'\n', case when relkind = 'v' then 'VIEW ' || relname || ' AS' else 'TABLE ' || relname end
             || coalesce(' PARTITION BY ' || pg_get_partkeydef(oid), '')
             || coalesce(' ' || pg_get_expr(relpartbound, oid), '')
             || coalesce(' WITH ' || reloptions::text, ''),
             case when relkind = 'v' then pg_get_viewdef(oid)
                  else (select string_agg(line, E'\n' order by part, lpad(place, 63) collate "C") from lines where lines.relname = ours.relname)
             end) as text
      from (select ours.*, c.relpartbound from ours join pg_class c using (oid)) ours
     order by relname`.execute(database)
  return rows.map(({ text }) => `${text}\n`).join('\n')
}
