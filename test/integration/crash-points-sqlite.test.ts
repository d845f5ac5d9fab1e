import { copyFile, mkdir, readFile, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { KyselyPlugin } from 'kysely'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import type { MetricStore } from '../../src/store/store.ts'
import { changedStore, changedTransaction } from '../support/changed-store.ts'
import { crashDays, CrashHistory, stillClock } from '../support/crash-history.ts'
import { IngestWorld, restlessClock, testDays } from '../support/ingest-world.ts'
import { rollUpAll, storedTiers, tierRecords } from '../support/tier-history.ts'
import { pruneOnce } from '../../src/store/retention/prune-once.ts'
import { consumerNowMs, gaugeOf, TestAgent, timerOf } from '../support/arrived-records.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const goldenFile = join(import.meta.dirname, '../../src/store/sqlite/schema.golden.sql')
const never = new AbortController().signal

/** The file as a process that is killed leaves it after each step: a copy of it and of its write-ahead log. */
class Copies {
  readonly #file: string
  readonly #into: string
  #count = 0

  constructor(file: string, into: string) {
    this.#file = file
    this.#into = into
  }

  get files(): readonly string[] {
    return Array.from({ length: this.#count }, (_, at) => join(this.#into, String(at), 'metrics.db'))
  }

  async take(): Promise<void> {
    const folder = join(this.#into, String(this.#count))
    await mkdir(folder, { recursive: true })
    await copyCrashed(this.#file, join(folder, 'metrics.db'))
    this.#count++
  }

  /** The store, with a copy after each of its statements and each commit. */
  watched(store: MetricStore): MetricStore {
    const plugin: KyselyPlugin = {
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => {
        await this.take()
        return result
      },
    }
    return changedStore(store, {
      database: store.database.withPlugin(plugin),
      underMigrationLock: async (work) => {
        const result = await store.underMigrationLock(async (database) => work(database.withPlugin(plugin)))
        await this.take()
        return result
      },
      transaction: async (work) => {
        const result = await store.transaction(async (transaction) =>
          work(
            changedTransaction(transaction, {
              sql: transaction.sql.withPlugin(plugin),
              insertScrapes: async (rows) => {
                await transaction.insertScrapes(rows)
                await this.take()
              },
              insertHistograms: async (rows) => {
                await transaction.insertHistograms(rows)
                await this.take()
              },
            }),
          ),
        )
        await this.take()
        return result
      },
    })
  }
}

/** Without the index of the log in shared memory, which no crash of the machine leaves. */
async function copyCrashed(from: string, to: string): Promise<void> {
  await copyFile(from, to)
  await copyFile(`${from}-wal`, `${to}-wal`).catch((error: NodeJS.ErrnoException) => {
    // Nothing has been written since the file was closed.
    if (error.code !== 'ENOENT') throw error
  })
}

async function open(file: string, durable = false): Promise<MetricStore> {
  return openSqliteStore({ file, durable })
}

async function tell(store: MetricStore, history: CrashHistory): Promise<readonly string[]> {
  await history.tell(new IngestWorld(store, { clock: stillClock }).ingest, never)
  return history.stored(store)
}

async function schemaOf({ database }: MetricStore): Promise<string> {
  const { rows } = await sql<{ sql: string }>`
    select sql from sqlite_schema
     where sql is not null and name not like 'sqlite%' and name not like 'hostvitals_migration%' order by name`.execute(
    database,
  )
  return rows.map((row) => `${row.sql};\n`).join('\n')
}

/** Drops what is older than a few days; returns how many rows are left in each table. */
async function drop(of: MetricStore): Promise<string> {
  const retention = { rawMs: 3 * 86_400_000, tenMinutesMs: 6 * 86_400_000, hoursMs: 9 * 86_400_000 }
  const clock = restlessClock(consumerNowMs)
  await pruneOnce({ store: of, retention, clock, signal: never, waiting: () => undefined })
  const counts: number[] = []
  for (const table of ['scrape', 'histogram', 'rollup', 'histogram_rollup'] as const)
    counts.push((await of.database.selectFrom(table).select('time').execute()).length)
  return counts.join()
}

describe('an SQLite file, crashed', () => {
  it.each([true, false])(
    'after each statement of a batch, stores it as if nothing had happened (position: %s)',
    async (hasPosition) => {
      await using folder = await temporaryFolder('crash-sqlite')
      const file = join(folder.path, 'metrics.db')
      const copies = new Copies(file, join(folder.path, 'copies'))
      await using store = await open(file)
      await migrate(store, crashDays, ignoreEvents)
      const history = new CrashHistory(0, hasPosition)
      const expected = await tell(copies.watched(store), history)
      expect(expected.length).toBeGreaterThan(20)
      expect(await history.stored(store)).toEqual(expected)
      expect(copies.files.length).toBeGreaterThan(30)
      for (const [step, copy] of copies.files.entries()) {
        await using crashed = await open(copy)
        expect(await tell(crashed, history), `after step ${step}`).toEqual(expected)
      }
    },
  )

  it('anywhere in its write-ahead log, as a power cut tears it, stores all as if nothing had happened', async () => {
    await using folder = await temporaryFolder('crash-sqlite')
    const file = join(folder.path, 'metrics.db')
    {
      await using store = await open(file)
      await migrate(store, crashDays, ignoreEvents)
    }
    await using store = await open(file)
    const history = new CrashHistory(0, true)
    const expected = await tell(store, history)
    const log = await readFile(`${file}-wal`)
    const frameBytes = 24 + log.readUInt32BE(8)
    const frames = Math.floor((log.length - 32) / frameBytes)
    expect(frames).toBeGreaterThan(20)
    const standings = new Set<string>()
    for (let frame = 0; frame <= frames; frame++) {
      const copy = join(folder.path, `cut-${frame}.db`)
      await copyCrashed(file, copy)
      // Every other cut is in the middle of a frame.
      await truncate(`${copy}-wal`, 32 + frame * frameBytes + (frame % 2 === 0 ? 0 : frameBytes >> 1))
      await using crashed = await open(copy)
      standings.add((await new IngestWorld(crashed).positions()).join())
      expect(await tell(crashed, history), `cut at frame ${frame}`).toEqual(expected)
    }
    // Positions went back with their rows: before the history, within it, and at its end.
    expect([...standings]).toEqual(['', '0', '7', '14'])
  })

  it('after each commit of `up` has it all: nothing else keeps the records then', async () => {
    await using folder = await temporaryFolder('crash-sqlite')
    const file = join(folder.path, 'metrics.db')
    await using store = await open(file, true)
    await migrate(store, crashDays, ignoreEvents)
    for (let number = 0; number < 5; number++) {
      const history = new CrashHistory(number, false)
      const expected = await tell(store, history)
      const copy = join(folder.path, `crashed-${number}.db`)
      await copyCrashed(file, copy)
      await using crashed = await open(copy, true)
      expect(await history.stored(crashed)).toEqual(expected)
    }
  })

  it('after each statement of computing the tiers, computes the same', async () => {
    await using folder = await temporaryFolder('crash-sqlite')
    const file = join(folder.path, 'metrics.db')
    const copies = new Copies(file, join(folder.path, 'copies'))
    await using store = await open(file)
    await migrate(store, testDays, ignoreEvents)
    await new IngestWorld(store).takeRecords(...tierRecords().slice(70, 90))
    await rollUpAll(copies.watched(store))
    const expected = await storedTiers(store)
    expect(expected.length).toBeGreaterThan(10)
    expect(copies.files.length).toBeGreaterThan(20)
    for (const [step, copy] of copies.files.entries()) {
      await using crashed = await open(copy)
      await rollUpAll(crashed)
      expect(await storedTiers(crashed), `after step ${step}`).toEqual(expected)
    }
  })

  it('after each statement of dropping what is old, drops the rest', async () => {
    await using folder = await temporaryFolder('crash-sqlite')
    const file = join(folder.path, 'metrics.db')
    const copies = new Copies(file, join(folder.path, 'copies'))
    await using store = await open(file)
    await migrate(store, testDays, ignoreEvents)
    const agent = new TestAgent()
    const records = Array.from({ length: 60 }, (_, at) => {
      const timeMs = consumerNowMs - (59 - at) * 18_000_000
      return agent.record(at + 1, timeMs, [gaugeOf('load', at), timerOf('wait', timeMs)])
    })
    await new IngestWorld(store).takeRecords(...records)
    await rollUpAll(store)
    const expected = await drop(copies.watched(store))
    expect(expected).not.toContain('60')
    expect(copies.files.length).toBeGreaterThan(10)
    for (const [step, copy] of copies.files.entries()) {
      await using crashed = await open(copy)
      expect(await drop(crashed), `after step ${step}`).toBe(expected)
    }
  })

  it('after each statement of a migration, is migrated to the same schema', async () => {
    await using folder = await temporaryFolder('crash-sqlite')
    const file = join(folder.path, 'metrics.db')
    const copies = new Copies(file, join(folder.path, 'copies'))
    await using store = await open(file)
    await migrate(copies.watched(store), crashDays, ignoreEvents)
    const golden = await readFile(goldenFile, 'utf8')
    expect(copies.files.length).toBeGreaterThan(20)
    for (const [step, copy] of copies.files.entries()) {
      await using crashed = await open(copy)
      await migrate(crashed, crashDays, ignoreEvents)
      expect(await schemaOf(crashed), `after step ${step}`).toBe(golden)
    }
  })
})
