import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import { describeVerdict } from '../oracle/facts.ts'
import { judge } from '../oracle/judge.ts'
import { readStored } from '../oracle/stored.ts'
import { startProgram } from '../support/program.ts'
import { spooledJournal } from '../support/spooled-journal.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const args = ['--interval', '100ms', '--log-level', 'debug'] as const
// Under load a round of 100 ms may find nothing in time: such a round is told, and has nothing to keep.
const safe = /"event":"host.figures".*"samples":[1-9]/
const stored = /"event":"ingest.stored"/

it('`up` killed eight times loses nothing that was safe, stores nothing twice, and starts again without help', async () => {
  await using folder = await temporaryFolder('up-killed')
  const safeRounds: number[] = []
  for (let kill = 0; kill < 8; kill++) {
    await using program = startProgram(['up', '--data', folder.path, ...args])
    // Right after a round is safe in the spool, or right after one is stored; early and later in the life of the run.
    await program.line(kill % 2 === 0 ? safe : stored, 30_000, 1 + (kill % 3))
    const { signal, stdout, stderr } = await program.stop('SIGKILL')
    expect({ signal, stderr }).toEqual({ signal: 'SIGKILL', stderr: '' })
    safeRounds.push(stdout.split('\n').filter((line) => safe.test(line)).length)
  }
  await using last = startProgram(['up', '--data', folder.path, ...args])
  await last.line(stored)
  const { code, stderr, stdout } = await last.stop('SIGTERM')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('0 lost')
  expect(stdout).not.toMatch(/"level":"error"/)

  await using store = await openSqliteStore({ file: join(folder.path, 'metrics.db'), durable: false })
  const verdict = judge(await spooledJournal(join(folder.path, 'spool')), await readStored(store))
  expect(describeVerdict(verdict)).toBe('nothing wrong')
  expect(verdict.counts.stored).toBe(verdict.counts.accepted)
  const { database, codec } = store
  const rows = await database.selectFrom('scrape').select('run_id').orderBy('run_id').execute()
  // Each round has a row of its own, also where rounds of several intervals begin in one millisecond.
  const roundsOfRuns = [...Map.groupBy(rows, ({ run_id: run }) => run).values()].map((of) => of.length)
  expect(roundsOfRuns).toHaveLength(9)
  // The runs' ids ascend with their starts.
  safeRounds.forEach((rounds, run) => expect(roundsOfRuns[run], `run ${run}`).toBeGreaterThanOrEqual(rounds))
  const samples = await database.selectFrom('sample').select(['series_id', 'time']).execute()
  const distinct = new Set(samples.map(({ series_id: series, time }) => `${String(series)} ${codec.timeMs(time)}`))
  expect(distinct.size).toBe(samples.length)
  expect(await database.selectFrom('host').select('host_id').execute()).toHaveLength(1)
  expect(await database.selectFrom('ingest_gap').selectAll().execute()).toEqual([])
  expect(await database.selectFrom('dead_letter').select('reason').execute()).toEqual([])
})
