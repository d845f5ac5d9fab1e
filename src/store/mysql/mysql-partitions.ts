import { type Kysely, sql } from 'kysely'
import type { Tables } from '../schema.ts'

const dayMs = 86_400_000
const tables = ['scrape', 'histogram'] as const

/**
 * The statements that add the days of the range, in ascending order and never one before the newest day that is there:
 * a partition holds all that is older than its end and newer than the partition before, so that the oldest holds whatever
 * is older. Days before it are not needed either when raw is kept longer from now on: the raw floor never moves back.
 */
export async function dayStatements(
  database: Kysely<Tables>,
  fromMs: number,
  toMs: number,
): Promise<readonly string[]> {
  const ends = await newestEnds(database)
  return tables.flatMap((table) => {
    const days: string[] = []
    for (let dayFromMs = Math.max(fromMs, ends.get(table) ?? 0); dayFromMs < toMs; dayFromMs += dayMs) {
      days.push(`PARTITION ${dayName(dayFromMs)} VALUES LESS THAN (${(dayFromMs + dayMs) / 1000})`)
    }
    return days.length === 0 ? [] : [`ALTER TABLE \`${table}\` ADD PARTITION (${days.join(', ')})`]
  })
}

/** The end of the newest partition of each table, Unix milliseconds; nothing for a table that is not there yet. */
async function newestEnds(database: Kysely<Tables>): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ readonly name: string; readonly bound: number }>`
    SELECT TABLE_NAME AS name, MAX(CAST(PARTITION_DESCRIPTION AS UNSIGNED)) AS bound FROM information_schema.PARTITIONS
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN (${sql.join(tables)}) AND PARTITION_NAME IS NOT NULL
     GROUP BY TABLE_NAME`.execute(database)
  return new Map(rows.map(({ name, bound }) => [name, bound * 1000]))
}

function dayName(ms: number): string {
  return `p${new Date(ms).toISOString().slice(0, 10).replaceAll('-', '')}`
}
