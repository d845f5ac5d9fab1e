import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import type { MetricStore } from '../../src/store/store.ts'
import { freePorts } from '../support/free-ports.ts'
import { Program, startProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const repository = join(import.meta.dirname, '../..')
const figures = /"event":"host.figures".*"load":/

/** How many rounds of each run are stored, in their order, that had figures: those of groups that are asked less often have none. */
async function roundsWithFigures({ database }: MetricStore): Promise<readonly number[]> {
  const rows = await database
    .selectFrom('scrape')
    .innerJoin('layout_series', 'layout_series.layout_id', 'scrape.layout_id')
    .innerJoin('series', 'series.series_id', 'layout_series.series_id')
    .innerJoin('metric', 'metric.metric_id', 'series.metric_id')
    .select('scrape.run_id')
    .where('metric.name', '=', 'system.cpu.load_average.1m')
    .orderBy('scrape.run_id')
    .execute()
  return [...Map.groupBy(rows, ({ run_id: run }) => run).values()].map((of) => of.length)
}

describe('`up` asked to stop', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 0],
  ] as const)('by %s flushes, says so, and ends with %d', async (signal, expected) => {
    await using folder = await temporaryFolder('up-stop')
    await using program = startProgram(['up', '--data', folder.path])
    await program.line(figures)
    const { code, stdout, stderr } = await program.stop(signal)
    expect({ code, stderr }).toEqual({ code: expected, stderr: '' })
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(
      /up stopped: flushed, [1-9]\d* records with \d+ samples stored, 0 lost/,
    )
    await using store = await openSqliteStore({ file: join(folder.path, 'metrics.db'), durable: false })
    const rows = await store.database.selectFrom('scrape').select('seq').execute()
    expect(rows.length).toBeGreaterThanOrEqual(stdout.split('\n').filter((line) => figures.test(line)).length)
  })
})

describe('`up` whose database is away to the end', () => {
  it('does not wait for it once more: what was measured is kept for the next start', async () => {
    await using folder = await temporaryFolder('up-away')
    const [port = 0] = await freePorts(1)
    const store = `postgres://metrics@127.0.0.1:${port}/vitals`
    await using program = startProgram(['up', '--data', folder.path, '--interval', '100ms', '--store', store])
    await program.line(/"event":"store.failing"/)
    await program.line(figures, 60_000, 3)
    const begunMs = performance.now()
    const { code, stdout } = await program.stop('SIGTERM')
    expect(performance.now() - begunMs).toBeLessThan(5000)
    expect(code).toBe(0)
    expect(stdout).toMatch(/up stopped: flushed, 0 records with 0 samples stored, [1-9]\d* records wait in the spool/)
  })
})

describe('`up` on a disk that takes no more', () => {
  it('keeps measuring into the spool, says so, and stores all of it once there is room', async () => {
    await using folder = await temporaryFolder('up-full')
    const args = ['up', '--data', folder.path, '--interval', '100ms', '--log-level', 'debug'] as const
    await using before = startProgram([...args, '--for', '1s'])
    expect((await before.ending()).code).toBe(0)

    // No file may grow beyond 64 KiB: the database, which is larger, takes nothing, and the spool's segments stay small.
    const main = join(repository, 'src/cli/main.ts')
    const limited = `trap '' XFSZ; ulimit -f 128; exec "$0" "$@"`
    const child = spawn('/bin/sh', ['-c', limited, process.execPath, main, ...args])
    await using full = new Program('up on a full disk', child)
    await full.line(/"event":"store.failing".*nothing is lost, trying again/)
    const toldAt = full.stdout.split('\n').filter((line) => figures.test(line)).length
    // More than one segment's worth, so that the spool too has met the limit.
    await full.line(figures, 60_000, toldAt + 15)
    const { code, stdout } = await full.stop('SIGTERM')
    expect(code).toBe(0)
    const [, waiting = '0'] = /(\d+) records wait in the spool for the next start, 0 lost/.exec(stdout) ?? []
    expect(Number(waiting)).toBeGreaterThanOrEqual(15)

    await using after = startProgram([...args, '--for', '1s'])
    expect((await after.ending()).code).toBe(0)
    await using store = await openSqliteStore({ file: join(folder.path, 'metrics.db'), durable: false })
    const { database } = store
    expect(await database.selectFrom('ingest_gap').selectAll().execute()).toEqual([])
    const measured = [before, full, after].map(
      ({ stdout: said }) => said.split('\n').filter((line) => figures.test(line)).length,
    )
    expect(await roundsWithFigures(store)).toEqual(measured)
  })
})

describe('`up` on a database that a person must mend', () => {
  it('ends the storing only: measuring goes on, and the next start stores what waited', async () => {
    await using folder = await temporaryFolder('up-broken')
    const file = join(folder.path, 'metrics.db')
    const args = ['up', '--data', folder.path, '--interval', '100ms', '--log-level', 'debug'] as const
    await using program = startProgram(args)
    await program.line(/"event":"ingest.stored"/)
    const sql = (statement: string): void => {
      const database = new DatabaseSync(file)
      database.exec(`PRAGMA busy_timeout = 10000; PRAGMA legacy_alter_table = ON; ${statement}`)
      database.close()
    }
    sql('ALTER TABLE scrape RENAME TO scrape_elsewhere')
    const told = await program.line(/"event":"role.failed"/)
    expect(told).toContain('no such table')
    expect(told).toContain('measuring goes on, and the records wait in the spool')
    const count = (): number => program.stdout.split('\n').filter((line) => figures.test(line)).length
    await program.line(figures, 60_000, count() + 3)
    const { code, stderr } = await program.stop('SIGTERM')
    expect(code).toBe(78)
    expect(stderr).toContain('no such table')
    sql('ALTER TABLE scrape_elsewhere RENAME TO scrape')

    await using next = startProgram([...args, '--for', '1s'])
    expect((await next.ending()).code).toBe(0)
    await using store = await openSqliteStore({ file, durable: false })
    const [first] = await roundsWithFigures(store)
    expect(first).toBe(count())
    expect(await store.database.selectFrom('ingest_gap').selectAll().execute()).toEqual([])
  })
})
