import { type Kysely, sql } from 'kysely'
import type { Tables } from '../schema.ts'
import { storedWhole } from '../stored-value.ts'
import type { OldPartition } from '../store.ts'

/** The days that end at `beforeMs` or earlier, oldest first; not the first partition, which holds nothing and must stay. */
export async function oldDays(database: Kysely<Tables>, beforeMs: number): Promise<readonly OldPartition[]> {
  const { rows } = await sql<{ readonly parent: string; readonly name: string; readonly bytes: unknown }>`
    SELECT TABLE_NAME AS parent, PARTITION_NAME AS name, COALESCE(DATA_LENGTH, 0) + COALESCE(INDEX_LENGTH, 0) AS bytes
      FROM information_schema.PARTITIONS
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN ('scrape', 'histogram') AND PARTITION_NAME IS NOT NULL
       AND CAST(PARTITION_DESCRIPTION AS UNSIGNED) BETWEEN 1 AND ${sql.lit(Math.floor(beforeMs / 1000))}
     ORDER BY PARTITION_NAME, TABLE_NAME`.execute(database)
  return rows.map(({ parent, name, bytes }) => ({ table: parent, name, bytes: Number(storedWhole(bytes)) }))
}

/** Drops it, with a second's patience: whoever comes after this lock waits behind it. */
export async function dropDay(database: Kysely<Tables>, { table, name }: OldPartition): Promise<void> {
  await database.connection().execute(async (connection) => {
    await sql`SET SESSION lock_wait_timeout = 1`.execute(connection)
    try {
      await sql`ALTER TABLE ${sql.table(table)} DROP PARTITION ${sql.ref(name)}`.execute(connection)
    } finally {
      // As `mysql-pool.ts` sets it.
      await sql`SET SESSION lock_wait_timeout = 30`.execute(connection)
    }
  })
}
