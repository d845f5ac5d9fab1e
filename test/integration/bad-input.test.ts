import { readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import type { MetricStore } from '../../src/store/store.ts'
import { TestAgent, consumerNowMs } from '../support/arrived-records.ts'
import { IngestWorld, testDays } from '../support/ingest-world.ts'
import { startProgram, type Ending } from '../support/program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Runs a command to its end in a folder of its own, which `prepare` fills. */
async function run(
  args: readonly string[],
  prepare: (folder: string) => Promise<void> = async () => undefined,
): Promise<Ending & { readonly folder: string; readonly left: readonly string[] }> {
  await using folder = await temporaryFolder('bad-input')
  await prepare(folder.path)
  await using program = startProgram(args, { cwd: folder.path })
  const ending = await program.ending()
  return { ...ending, folder: folder.path, left: await readdir(folder.path) }
}

/** A migrated database in `metrics.db` with what `fill` puts there. */
async function withDatabase(folder: string, fill: (store: MetricStore) => Promise<void>): Promise<void> {
  await using store = await openSqliteStore({ file: join(folder, 'metrics.db'), durable: false })
  await migrate(store, testDays, ignoreEvents)
  await fill(store)
}

describe('what is typed wrongly ends with 2, prints nothing on stdout, and says what to write', () => {
  it.each([
    [['up', '--for', 'soon'], "--for: 'soon' is no duration", 'write a number and its unit: 500ms, 10s'],
    [['up', '--for', '30d'], '--for: 30d is too long', 'write at most 24d, or leave it out'],
    [['up', '--interval', '0s'], "--interval: '0s' is no duration", 'write a number and its unit'],
    [['up', '--port', 'http'], "argument 'http' is invalid", 'A port is a number from 0'],
    [['prodce'], "unknown command 'prodce'", 'Did you mean produce?'],
    [['up', '--dta', 'x'], "unknown option '--dta'", 'Did you mean --data?'],
    [['up', 'now'], "too many arguments for 'up'", '--help'],
    [['query', 'load', '--store', 'oracle://db/x'], "no store of kind 'oracle'", 'write sqlite:FILE, postgres://'],
    [['query', 'load', '--json', '--csv'], '--json and --csv exclude each other', 'give one of them'],
    [['migrate', '--status', '--plan'], "'--status' cannot be used with option '--plan'", '--help'],
  ])('%j', async (args, problem, nextStep) => {
    const { code, stdout, stderr, left } = await run(args)
    expect({ code, stdout, left }).toEqual({ code: 2, stdout: '', left: [] })
    expect(stderr).toContain(problem)
    expect(stderr).toContain(nextStep)
    expect(stderr).not.toContain('    at ')
  })
})

describe('a file that cannot be read', () => {
  it.each(['check', 'scrape', 'produce', 'up'])('ends `%s` with 78 and its name', async (command) => {
    // The memory of a process reads as an i/o error from its begin, for root too.
    const { code, stdout, stderr, folder } = await run([command], (at) =>
      symlink('/proc/self/mem', join(at, 'producer.config.ts')),
    )
    expect({ code, stdout }).toEqual({ code: 78, stdout: '' })
    expect(stderr).toContain('producer.config.ts cannot be read: EIO')
    expect(stderr).toContain(`chmod u+r ${folder}/producer.config.ts`)
  })
})

describe('a state folder that cannot be used', () => {
  it.each([
    ['takes no files', '/proc/self', 'the state folder /proc/self cannot be used', 'make the folder writable'],
    [
      'cannot be made',
      '/proc/nope',
      'the state folder /proc/nope cannot be made',
      'choose a folder that this user may',
    ],
    ['is a file', 'taken', 'taken cannot be made: EEXIST', 'choose a folder that this user may write'],
    ['lies below a file', 'taken/state', 'taken/state cannot be made: ENOTDIR', 'choose a folder'],
  ])('because it %s ends with 1', async (_why, folder, problem, nextStep) => {
    const { code, stdout, stderr } = await run(['up', '--data', folder], (at) => writeFile(join(at, 'taken'), ''))
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(problem)
    expect(stderr).toContain(nextStep)
  })

  it('because another agent has it ends with 1, and the other one goes on', async () => {
    await using folder = await temporaryFolder('two-agents')
    await using first = startProgram(['up', '--data', folder.path, '--interval', '100ms'])
    await first.line(/host\.figures/)
    await using second = startProgram(['up', '--data', folder.path])
    const { code, stdout, stderr } = await second.ending()
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(`another hostvitals agent already uses ${folder.path}`)
    expect(stderr).toContain('stop the other agent, or give this one a state folder of its own')
    const before = first.stdout.length
    await first.line(/host\.figures/, 60_000, first.stdout.slice(0, before).split('host.figures"').length)
    expect((await first.stop('SIGTERM')).code).toBe(0)
  })
})

/** A database that two later versions have migrated. */
function fromTomorrow(folder: string): Promise<void> {
  return withDatabase(folder, async ({ database }) => {
    const migrations = database.withTables<MigrationTable>()
    for (const name of ['9998-from-tomorrow', '9999-from-tomorrow'])
      await migrations.insertInto('hostvitals_migration').values({ name, timestamp: '2030-01-01' }).execute()
  })
}

// A type and no interface: Kysely asks for an index signature, which only a type literal has by itself.
type MigrationTable = { readonly hostvitals_migration: { readonly name: string; readonly timestamp: string } }

describe('a database that cannot be used', () => {
  it('because its folder is missing ends with 78', async () => {
    const { code, stderr, folder } = await run(['up', '--store', 'sqlite:nowhere/metrics.db'])
    expect(code).toBe(78)
    expect(stderr).toContain(`SQLite ${folder}/nowhere/metrics.db: the file cannot be opened for writing`)
    expect(stderr).toContain('check that its folder exists')
  })

  it('because it is missing is not made by a question', async () => {
    const { code, stdout, stderr, left, folder } = await run([
      'query',
      'load',
      '--json',
      '--store',
      'sqlite:metrics.db',
    ])
    expect({ code, stdout, left }).toEqual({ code: 78, stdout: '', left: [] })
    expect(stderr).toContain(`there is no database at ${folder}/metrics.db`)
  })

  it('because its device is full ends with 69', async () => {
    const { code, stderr } = await run(['up', '--store', 'sqlite:/dev/full'])
    expect(code).toBe(69)
    expect(stderr).toContain('SQLite /dev/full: database or disk is full')
    expect(stderr).toContain('free some space on its disk')
  })

  it('because it is newer than the program ends with 78, and is left as it is', async () => {
    for (const command of [['up'], ['migrate'], ['migrate', '--status']]) {
      const { code, stderr } = await run([...command, '--store', 'sqlite:metrics.db'], fromTomorrow)
      expect({ command, code }).toEqual({ command, code: 78 })
      expect(stderr).toContain(
        'the database is newer than this program (it has 9998-from-tomorrow, 9999-from-tomorrow)',
      )
      expect(stderr).toContain('install the version of hostvitals that migrated it, or a newer one')
    }
  })

  it('because it is empty is told to a question, with the command', async () => {
    const { code, stderr } = await run(['query', 'load', '--store', 'sqlite:metrics.db'], (at) =>
      writeFile(join(at, 'metrics.db'), ''),
    )
    expect(code).toBe(78)
    expect(stderr).toContain('no such table')
    expect(stderr).toContain('hostvitals migrate')
  })
})

describe('a question that has no answer', () => {
  const uids = ['a0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000002'] as const
  const twoHosts = (folder: string): Promise<void> =>
    withDatabase(folder, async (store) => {
      const world = new IngestWorld(store)
      for (const agentUid of uids) await world.takeRecords(new TestAgent({ agentUid }).record(1))
    })
  const range = ['--from', new Date(consumerNowMs - 3_600_000).toISOString(), '--to', '2027-01-01'] as const

  it.each([
    ['an unknown metric', ['laod'], "no metric is called 'laod'", 'did you mean load?'],
    ['an unknown host', ['load', '--host', 'web-2'], "no host is called 'web-2'", 'did you mean web-1?'],
    ['a name that two hosts have', ['load', '--host', 'web-1'], uids.join(', '), 'give one of the uids instead'],
    ['a time that is none', ['load', '--from', 'yesterday'], "'yesterday' is no time", 'write now, -1h, or'],
    ['a pair that is none', ['load', '--attr', 'cpu'], "--attr cpu has no '='", 'write --attr key=value'],
  ])('names %s: exit 2', async (_what, args, problem, nextStep) => {
    const { code, stdout, stderr } = await run(['query', ...args, '--json', '--store', 'sqlite:metrics.db'], twoHosts)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(problem)
    expect(stderr).toContain(nextStep)
  })

  it('has one for each host by its uid', async () => {
    const args = ['query', 'load', '--host', uids[1], ...range, '--json', '--store', 'sqlite:metrics.db']
    const { code, stdout, stderr } = await run(args, twoHosts)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({
      metric: 'load',
      series: [{ host: 'web-1', points: [[expect.anything(), 1]] }],
    })
  })
})
