import { type Kysely, sql } from 'kysely'
import type { Tables } from '../schema.ts'
import type { ServerAnswer } from '../store.ts'

/** Asks the server which one it is, and what its clock says; `UNIX_TIMESTAMP` is the same in every time zone of a session. */
export async function askServerOfMysql(database: Kysely<Tables>): Promise<ServerAnswer> {
  const { rows } = await sql<{ readonly version: string; readonly now: unknown }>`
    SELECT VERSION() AS version, UNIX_TIMESTAMP(SYSDATE(6)) * 1000 AS now`.execute(database)
  return { version: rows[0]?.version ?? '', nowMs: Number(rows[0]?.now) }
}
