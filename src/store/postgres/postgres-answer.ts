import { type Kysely, sql } from 'kysely'
import type { Tables } from '../schema.ts'
import type { ServerAnswer } from '../store.ts'

/** Asks the server which one it is, and what its clock says. */
export async function askPostgresServer(database: Kysely<Tables>): Promise<ServerAnswer> {
  const { rows } = await sql<{ readonly version: string; readonly now: unknown }>`
    select pg_catalog.current_setting('server_version') as version,
           extract(epoch from pg_catalog.clock_timestamp()) * 1000 as now`.execute(database)
  return { version: rows[0]?.version ?? '', nowMs: Number(rows[0]?.now) }
}
