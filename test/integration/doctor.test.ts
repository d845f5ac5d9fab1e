import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { runDoctor } from '../../src/cli/doctor/doctor.ts'
import { runProgram } from '../../src/cli/program.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { nodeDisk } from '../../src/runtime/node-disk.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { memoryIo } from '../support/command-output.ts'
import { ownServerDatabase, ownSqlite } from '../support/own-database.ts'
import { fillStore } from '../support/page-fleet.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const seams = { clock: systemClock, disk: nodeDisk, random: systemRandom }
const fullDisk = { ...nodeDisk, space: async () => ({ freeBytes: 4e9, totalBytes: 100e9 }) }
const hourMs = 3_600_000
const postgres = inject('postgresUrl')
const mariadb = inject('mariadbUrl')
const fleet = { hosts: 1, rounds: 1, intervalMs: 10_000 }

/** What `doctor --store` says in an empty folder. */
async function ask(store: string, with_: Partial<typeof seams> = {}) {
  await using folder = await temporaryFolder('doctor')
  const io = memoryIo({ cwd: folder.path })
  const code = await runDoctor({ store }, io, { ...seams, ...with_ })
  return { code, said: io.written.stdout }
}

describe('doctor', () => {
  it('finds nothing wrong where nothing is, without any configuration', async () => {
    await using folder = await temporaryFolder('doctor')
    const io = memoryIo({ cwd: folder.path })
    expect(await runProgram(['doctor'], io)).toBe(0)
    expect(io.written.stdout).toMatch(/^ {2}config {4}✓ none here: `hostvitals up` needs none$/m)
    expect(io.written.stdout).toMatch(/^ {2}metrics {3}[✓!] \d+ numbers measured/m)
    expect(io.written.stdout).toMatch(/^ {2}database {2}– none here yet: `hostvitals up` makes one$/m)
    expect(io.written.stdout).toMatch(
      /^ {2}disk {6}✓ spool .*\.hostvitals: .* free, room for .*, keeps ≈ \d+\w.* of outage/m,
    )
    expect(io.written.stdout).toMatch(/ {2}nothing is wrong\n$/)
  })

  it('tells the same as one document, and nothing else', async () => {
    await using database = await ownSqlite('doctor')
    await fillStore(database.location, { ...fleet, nowMs: Date.now() })
    const io = memoryIo({ cwd: join(database.url.slice('sqlite:'.length), '..') })
    expect(await runProgram(['doctor', '--json', '--store', database.url], io)).toBe(0)
    expect(io.written.stderr).toBe('')
    expect(JSON.parse(io.written.stdout)).toMatchObject({
      ok: true,
      findings: [
        { hop: 'config', state: 'ok', why: null, nextStep: null },
        { hop: 'metrics' },
        { hop: 'database', state: 'ok' },
        { hop: 'database', state: 'ok', text: expect.stringMatching(/^schema \d{4}-/) },
        { hop: 'disk', state: 'ok' },
      ],
    })
  })

  it('names a closed port, and what to start', async () => {
    const { code, said } = await ask('postgres://nobody@127.0.0.1:1/none')
    expect(code).toBe(69)
    expect(said).toMatch(/database {2}✗ .*127\.0\.0\.1:1.*ECONNREFUSED[^\n]*\n {14}start PostgreSQL there/)
    expect(said).toMatch(/ {2}1 problem\n$/)
  })

  it('names a disk that is full, before records are dropped', async () => {
    const { code, said } = await ask('sqlite:none.db', { disk: fullDisk })
    expect(code).toBe(69)
    expect(said).toMatch(/disk {6}✗ spool .*: 3\.73 GiB free, room for 0 B, keeps ≈ 0s of outage/)
    expect(said).toMatch(/leaves 5 % of the disk to others[^\n]*\n {14}Free the disk/)
  })

  it.skipIf(postgres === '').each([
    ['ahead of', 1],
    ['behind', -1],
  ])('names a clock that the database’s is %s', async (words, sign) => {
    await using database = await ownServerDatabase('PostgreSQL', postgres)
    await fillStore(database.location, { ...fleet, nowMs: Date.now() })
    const clock = { ...systemClock, now: () => Date.now() - sign * hourMs }
    const { code, said } = await ask(database.url, { clock })
    expect(code).toBe(69)
    expect(said).toMatch(new RegExp(`clock {5}✗ the database’s clock is (?:1h|59m) ${words} this machine’s`))
    expect(said).toMatch(/timedatectl/)
  })

  it.skipIf(postgres === '')('names an old schema, and the command that mends it', async () => {
    await using database = await ownServerDatabase('PostgreSQL', postgres)
    const empty = await ask(database.url)
    expect([empty.code, empty.said]).toEqual([69, expect.stringMatching(/→ there is no schema of ours yet/)])
    await fillStore(database.location, { ...fleet, nowMs: Date.now() })
    expect((await ask(database.url)).code).toBe(0)
    await database.sql("delete from hostvitals.hostvitals_migration where name not like '0001%'")
    const { code, said } = await ask(database.url)
    expect(code).toBe(69)
    expect(said).toMatch(/→ schema 0001-\S+, this version wants \d{4}-\S+\n {14}hostvitals migrate\n/)
    expect(said).toMatch(/ {2}1 to do\n$/)
  })

  it.skipIf(mariadb === '')('names a wrong password, and does not print it', async () => {
    await using database = await ownServerDatabase('MariaDB', mariadb)
    await fillStore(database.location, { ...fleet, nowMs: Date.now() })
    expect(await ask(database.url)).toMatchObject({ code: 0, said: expect.stringMatching(/server 1\d\.\d+.*MariaDB/) })
    await database.sql(`create user 'doctor'@'%' identified by 'right'`)
    const url = new URL(database.url)
    url.username = 'doctor'
    url.password = 'not-that-one'
    const { code, said } = await ask(url.href)
    await database.sql(`drop user 'doctor'@'%'`)
    expect(code).toBe(69)
    expect(said).toMatch(/database {2}✗ [^\n]*denied[^\n]*\n {14}[^\n]*password/i)
    expect(said).not.toContain('not-that-one')
  })
})
