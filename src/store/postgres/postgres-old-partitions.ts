import { type Kysely, sql } from 'kysely'
import type { Tables } from '../schema.ts'
import { storedWhole } from '../stored-value.ts'
import type { OldPartition, Tier } from '../store.ts'

const tablesOf: Readonly<Record<Tier, readonly string[]>> = {
  raw: ['scrape', 'histogram'],
  tenMinutes: ['rollup_600'],
  hours: ['rollup_3600'],
}

/** By the names that `postgres-partitions.ts` gives: a part that somebody else attached is not ours to drop. */
const namePattern = /_(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)?$/

/** The attached days or months of a tier that end at `beforeMs` or earlier, oldest first. */
export async function oldPartitions(
  database: Kysely<Tables>,
  schema: string,
  tier: Tier,
  beforeMs: number,
): Promise<readonly OldPartition[]> {
  const { rows } = await sql<{ readonly parent: string; readonly name: string; readonly bytes: unknown }>`
    select whole.relname parent, part.relname name, pg_catalog.pg_total_relation_size(part.oid) bytes
      from pg_catalog.pg_inherits i
      join pg_catalog.pg_class part on part.oid = i.inhrelid
      join pg_catalog.pg_class whole on whole.oid = i.inhparent
      join pg_catalog.pg_namespace n on n.oid = whole.relnamespace
     where n.nspname = ${schema} and whole.relname in (${sql.join(tablesOf[tier])})
     order by part.relname`.execute(database)
  return rows
    .filter(({ parent, name }) => endOf(name.slice(parent.length)) <= beforeMs)
    .map(({ parent, name, bytes }) => ({ table: parent, name, bytes: Number(storedWhole(bytes)) }))
}

/** Drops it, with a second's patience: whoever comes after this lock waits behind it. */
export async function dropPartition(database: Kysely<Tables>, schema: string, { name }: OldPartition): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await sql`set local lock_timeout = '1s'`.execute(transaction)
    await sql`drop table if exists ${sql.table(`${schema}.${name}`)}`.execute(transaction)
  })
}

function endOf(suffix: string): number {
  const { year, month, day } = namePattern.exec(suffix)?.groups ?? {}
  if (year === undefined || month === undefined) return Number.POSITIVE_INFINITY
  return day === undefined
    ? Date.UTC(Number(year), Number(month))
    : Date.UTC(Number(year), Number(month) - 1, Number(day) + 1)
}
