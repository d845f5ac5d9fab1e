import { type Kysely, sql } from 'kysely'
import type { Tables } from '../schema.ts'

const dayMs = 86_400_000
const ofDays = ['scrape', 'histogram'] as const
/** The tiers, which are smaller. */
const ofMonths = ['rollup_600', 'rollup_3600'] as const

/**
 * The statements that make the days from `fromMs` until `toMs`, whole days in UTC, that are not there, and of the tiers the
 * months that these days lie in. A part is made beside its table and then attached: to make it as a part at once would wait
 * for every query of the table, and the consumers would wait behind.
 */
export async function partitionStatements(
  database: Kysely<Tables>,
  schema: string,
  fromMs: number,
  toMs: number,
): Promise<readonly string[]> {
  const present = await attachedPartitions(database, schema)
  const statements: string[] = []
  const make = (table: string, name: string, beginMs: number, endMs: number): void => {
    if (present.has(name)) return
    statements.push(
      `CREATE TABLE IF NOT EXISTS ${schema}.${name} (LIKE ${schema}.${table} INCLUDING ALL)`,
      `ALTER TABLE ${schema}.${table} ATTACH PARTITION ${schema}.${name} ` +
        `FOR VALUES FROM ('${dayOf(beginMs)} 00:00:00+00') TO ('${dayOf(endMs)} 00:00:00+00')`,
    )
  }
  for (let ms = fromMs; ms < toMs; ms += dayMs) {
    for (const table of ofDays) make(table, `${table}_${dayOf(ms).replaceAll('-', '')}`, ms, ms + dayMs)
  }
  for (let ms = startOfMonth(fromMs, 0); ms < toMs; ms = startOfMonth(ms, 1)) {
    for (const table of ofMonths) {
      make(table, `${table}_${dayOf(ms).slice(0, 7).replace('-', '')}`, ms, startOfMonth(ms, 1))
    }
  }
  return statements
}

async function attachedPartitions(database: Kysely<Tables>, schema: string): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ name: string }>`
    select part.relname name
      from pg_catalog.pg_inherits i
      join pg_catalog.pg_class part on part.oid = i.inhrelid
      join pg_catalog.pg_class whole on whole.oid = i.inhparent
      join pg_catalog.pg_namespace n on n.oid = whole.relnamespace
     where n.nspname = ${schema} and whole.relname in (${sql.join([...ofDays, ...ofMonths])})`.execute(database)
  return new Set(rows.map(({ name }) => name))
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

function startOfMonth(ms: number, monthsOn: number): number {
  const date = new Date(ms)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + monthsOn)
}
