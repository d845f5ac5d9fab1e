import { execFile } from 'node:child_process'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { StoreUnavailableError } from '../../src/runtime/errors.ts'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openStore } from '../../src/store/open-store.ts'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import { testDays } from '../support/ingest-world.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const root = join(import.meta.dirname, '../..')

describe('a database file', () => {
  it('whose folder is missing is refused with what to do', async () => {
    await using folder = await temporaryFolder('sqlite-file')
    const file = join(folder.path, 'missing/metrics.db')
    await expect(openSqliteStore({ file, durable: true })).rejects.toMatchObject({
      code: 'HOSTVITALS_STORE_CONFIGURATION',
      message: `SQLite ${file}: the file cannot be opened for writing`,
      nextStep: expect.stringContaining('folder exists'),
    })
  })

  it('that is no database is refused, and left as it is', async () => {
    await using folder = await temporaryFolder('sqlite-file')
    const file = join(folder.path, 'notes.txt')
    await writeFile(file, 'these are notes and no database at all, '.repeat(100))
    await expect(openSqliteStore({ file, durable: true })).rejects.toMatchObject({
      code: 'HOSTVITALS_STORE_CONFIGURATION',
      nextStep: expect.stringContaining('not an SQLite database'),
    })
  })

  it('that another program is writing into is opened all the same: who stores there waits, and says so', async () => {
    await using folder = await temporaryFolder('sqlite-file')
    const file = join(folder.path, 'metrics.db')
    {
      await using first = await openSqliteStore({ file, durable: true })
      await migrate(first, testDays, ignoreEvents)
    }
    using other = new DatabaseSync(file)
    other.exec('BEGIN IMMEDIATE')
    await using store = await openSqliteStore({ file, durable: true })
    expect(await store.database.selectFrom('sample').selectAll().execute()).toEqual([])
    await expect(store.transaction(async () => undefined)).rejects.toThrow(StoreUnavailableError)
    other.exec('ROLLBACK')
    await store.transaction(async () => undefined)
  })

  it("is only its owner's to read, and leaves no write-ahead log behind when it is closed", async () => {
    await using folder = await temporaryFolder('sqlite-file')
    {
      await using store = await openStore({ kind: 'sqlite', file: join(folder.path, 'metrics.db') }, { durable: true })
      await migrate(store, testDays, ignoreEvents)
      expect(await store.database.selectFrom('host').selectAll().execute()).toEqual([])
    }
    expect(await readdir(folder.path)).toEqual(['metrics.db'])
  })

  it.each([
    [true, 2],
    [false, 1],
  ])('is synced as it must be (durable %s)', async (durable, expected) => {
    await using folder = await temporaryFolder('sqlite-file')
    await using store = await openSqliteStore({ file: join(folder.path, 'metrics.db'), durable })
    const { rows } = await sql`pragma synchronous`.execute(store.database)
    expect(rows).toEqual([{ synchronous: expected }])
  })

  it('that is full makes the store unavailable, and nothing of the transaction is stored', async () => {
    await using folder = await temporaryFolder('sqlite-file')
    await using store = await openSqliteStore({ file: join(folder.path, 'metrics.db'), durable: true })
    await migrate(store, testDays, ignoreEvents)
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(store.database)
    await sql`pragma max_page_count = ${sql.lit(rows[0]?.page_count ?? 0)}`.execute(store.database)
    const row = {
      timeMs: testDays.nowMs,
      hostId: 1,
      runId: 1,
      layoutId: 1,
      readings: new Float64Array(200).fill(1 / 3),
    }
    const many = Array.from({ length: 500 }, (_, index) => Object.assign({ seq: index + 1 }, row))
    await expect(store.transaction(async (transaction) => transaction.insertScrapes(many))).rejects.toMatchObject({
      code: 'HOSTVITALS_STORE_UNAVAILABLE',
      nextStep: expect.stringContaining('free some space'),
    })
    expect(await store.database.selectFrom('scrape').selectAll().execute()).toEqual([])
  })

  it('shows a reader what is committed while a transaction is under way, and lets other writers wait', async () => {
    await using folder = await temporaryFolder('sqlite-file')
    await using store = await openSqliteStore({ file: join(folder.path, 'metrics.db'), durable: false })
    await migrate(store, testDays, ignoreEvents)
    const metric = { unit: '1', kind: 'gauge', description: null }
    let outside: Promise<unknown> | undefined
    await store.transaction(async ({ sql: own }) => {
      await own
        .insertInto('metric')
        .values({ ...metric, name: 'inside' })
        .execute()
      outside = store.database
        .insertInto('metric')
        .values({ ...metric, name: 'outside' })
        .execute()
      expect(await store.database.selectFrom('metric').select('name').execute()).toEqual([])
    })
    await outside
    const names = await store.database.selectFrom('metric').select('name').orderBy('metric_id').execute()
    expect(names).toEqual([{ name: 'inside' }, { name: 'outside' }])
  })

  it('that is open and idle does not keep the process alive', async () => {
    await using folder = await temporaryFolder('sqlite-file')
    const program = `
      import { openSqliteStore } from ${JSON.stringify(join(root, 'src/store/sqlite/sqlite-store.ts'))}
      const store = await openSqliteStore({ file: ${JSON.stringify(join(folder.path, 'metrics.db'))}, durable: true })
      await store.database.introspection.getTables()
      console.log('idle')`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
      timeout: 20_000,
    })
    expect(stdout).toBe('idle\n')
  })
})

it('gives back to the disk what deleted rows took, a thousand pages at a time', async () => {
  await using folder = await temporaryFolder('sqlite-space')
  await using store = await openSqliteStore({ file: join(folder.path, 'metrics.db'), durable: false })
  await sql`create table many (x text)`.execute(store.database)
  await sql`insert into many with recursive n(i) as (select 1 union all select i + 1 from n where i < 2500)
    select hex(randomblob(2000)) from n`.execute(store.database)
  await sql`delete from many`.execute(store.database)
  let rounds = 1
  while ((await store.reclaimSpace?.()) === true) rounds++
  expect(rounds).toBe(3)
  expect(await store.tableSizes()).toEqual([{ bytes: expect.closeTo(8192, -4) }])
})
