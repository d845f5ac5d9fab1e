import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { migrate, migrationPlan } from '../../src/store/migrate.ts'
import { dumpMysqlSchema, freshMysqlDatabase } from '../support/mysql-database.ts'
import { testDays } from '../support/ingest-world.ts'

const dayMs = 86_400_000

/** DDL that is not transactional, and partitions by day. */
export function describeMysqlMigrations(url: string, golden: string): void {
  it('reach the same schema when a migration was cut short after any of its statements', async () => {
    await using database = await freshMysqlDatabase(url)
    await using store = await database.open()
    const statements = store.migrations.flatMap((migration) => migration.statements)
    // Each further round repeats all that was done before, so that every statement is met after every crash.
    for (const [index] of statements.entries()) await database.run(...statements.slice(0, index + 1))
    expect(await migrate(store, testDays, ignoreEvents)).toEqual(store.migrations.map(({ name }) => name))
    expect(await dumpMysqlSchema(store)).toBe(readFileSync(golden, 'utf8'))
  })

  it('make each day from the oldest that is kept until the day after tomorrow, in UTC', async () => {
    await using database = await freshMysqlDatabase(url)
    await using store = await database.open()
    await migrate(store, testDays, ignoreEvents)
    for (const table of ['scrape', 'histogram']) {
      const names = (await partitions(database, table)).map(([name]) => name)
      expect(names.slice(0, 3)).toEqual(['p0', 'p20261110', 'p20261111'])
      expect(names.slice(-2)).toEqual(['p20261125', 'p20261126'])
      expect(names).toHaveLength(18)
    }
    expect((await partitions(database, 'scrape')).at(-1)).toEqual(['p20261126', Date.UTC(2026, 10, 27) / 1000])
  })

  it('add only what is missing, also after days of absence', async () => {
    await using database = await freshMysqlDatabase(url)
    await using store = await database.open()
    await migrate(store, testDays, ignoreEvents)
    expect(await migrationPlan(store, testDays)).toEqual([])
    const nextDay = { ...testDays, nowMs: testDays.nowMs + dayMs }
    expect(await migrationPlan(store, nextDay)).toEqual([
      'ALTER TABLE `scrape` ADD PARTITION (PARTITION p20261127 VALUES LESS THAN (1795824000))',
      'ALTER TABLE `histogram` ADD PARTITION (PARTITION p20261127 VALUES LESS THAN (1795824000))',
    ])
    const monthLater = { ...testDays, nowMs: testDays.nowMs + 30 * dayMs }
    await migrate(store, monthLater, ignoreEvents)
    const names = (await partitions(database, 'scrape')).map(([name]) => name)
    expect(names.slice(17, 20)).toEqual(['p20261126', 'p20261127', 'p20261128'])
    expect(await migrationPlan(store, monthLater)).toEqual([])
  })

  it('need no older days when raw is kept longer from now on: the oldest day holds them', async () => {
    await using database = await freshMysqlDatabase(url)
    await using store = await database.open()
    await migrate(store, testDays, ignoreEvents)
    expect(await migrationPlan(store, { ...testDays, rawRetentionMs: 60 * dayMs })).toEqual([])
    const row = { timeMs: testDays.nowMs - 50 * dayMs, seq: 1, hostId: 1, runId: 1, layoutId: 1 }
    const rows = [{ ...row, readings: Float64Array.of(1) }]
    await store.transaction(async (transaction) => transaction.insertScrapes(rows))
    const [held] = await database.run('SELECT count(*) AS number FROM scrape PARTITION (p20261110)')
    expect(held).toEqual({ number: 1 })
  })

  it('are held up by no lock of another database on the server', async () => {
    await using one = await freshMysqlDatabase(url)
    await using other = await freshMysqlDatabase(url)
    await using store = await one.open()
    await using second = await other.open()
    await store.underMigrationLock(async () => {
      await migrate(second, testDays, ignoreEvents)
    })
    const { rows } = await sql`SELECT 1 FROM scrape`.execute(second.database)
    expect(rows).toEqual([])
  })
}

async function partitions(
  database: Pick<Awaited<ReturnType<typeof freshMysqlDatabase>>, 'run'>,
  table: string,
): Promise<readonly (readonly [unknown, number])[]> {
  const rows = await database.run(`SELECT PARTITION_NAME AS name, PARTITION_DESCRIPTION AS bound
    FROM information_schema.PARTITIONS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '${table}'
    ORDER BY PARTITION_ORDINAL_POSITION`)
  return rows.map(({ name, bound }) => [name, Number(bound)])
}
