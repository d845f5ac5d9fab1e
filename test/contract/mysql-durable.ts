import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { openMysqlStore } from '../../src/store/mysql/mysql-store.ts'
import { freshMysqlDatabase } from '../support/mysql-database.ts'

/** What a server has on disk when a commit returns, which is its administrator's to say. */
export function describeMysqlDurability(url: string): void {
  it('is told where nothing else keeps the records, and only there', async () => {
    await using database = await freshMysqlDatabase(url)
    const [row] = await database.run(
      `SELECT @@innodb_flush_log_at_trx_commit IN (1, 3) AND (@@log_bin = 0 OR @@sync_binlog = 1) AS synced`,
    )
    await using relaxed = await openMysqlStore({ url: database.url, durable: false })
    await using durable = await openMysqlStore({ url: database.url, durable: true })
    for (const { database: reached } of [relaxed, durable]) await sql`SELECT 1`.execute(reached)
    const told = {
      reason: expect.stringMatching(/^its commits are not on disk when they return \(.* = \d+\)$/),
      nextStep: expect.stringContaining('innodb_flush_log_at_trx_commit = 1'),
    }
    expect(relaxed.undurable).toBeUndefined()
    expect(durable.undurable).toEqual(Number(row?.['synced']) === 1 ? undefined : told)
  })
}
