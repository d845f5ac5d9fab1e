import { describe, expect, it } from 'vitest'
import { runProgram } from '../../src/cli/program.ts'
import { TestAgent } from '../support/arrived-records.ts'
import { memoryIo } from '../support/command-output.ts'
import { withDatabase } from '../support/operator.ts'
import { startProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const hourMs = 3_600_000

describe('what an operator types', () => {
  it('says what is wrong, the worst first, with what to do next', async () =>
    withDatabase(async ({ world, nowMs, run }) => {
      const down = new TestAgent({ agentUid: 'a0000000-0000-4000-8000-000000000002', name: 'web-1' })
      const web = new TestAgent()
      await world.takeRecords(down.record(1, nowMs - hourMs), web.record(1, nowMs - 3000), web.record(4, nowMs - 2000))
      await world.takeRecords(web.poison(5))
      const { code, stdout } = await run('status')
      expect(code).toBe(0)
      const lines = stdout.split('\n')
      expect(lines[0]).toMatch(/^✗ 1 host down: web-1 \(a0000000-0000-4000-8000-000000000002\) \(1h\): see there/)
      expect(stdout).toMatch(/! 2 records not arrived yet, in 1 gap: `hostvitals gaps list --state open`/)
      expect(stdout).toMatch(/! 1 record set aside as dead letters \(undecodable 1\): `hostvitals dead-letters list`/)
      expect(stdout).toMatch(/hosts +2: 1 up, 0 late, 1 down/)
      expect(stdout).toMatch(/lag +no Kafka here/)
      expect(stdout).toMatch(/latency +sample to row: unknown/)
      const table = lines.filter((line) => /^ {2}(?:up|down) /.test(line))
      expect(table.map((line) => line.trim().split(/ {2,}/).slice(0, 1))).toEqual([['down'], ['up']])
    }))

  it('prints of a thousand hosts those that need attention, and all when asked', async () =>
    withDatabase(async ({ world, nowMs, run }) => {
      const agents = Array.from(
        { length: 60 },
        (_, index) =>
          new TestAgent({
            agentUid: `a0000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
            name: `web-${index}`,
          }),
      )
      await world.takeRecords(...agents.map((agent, index) => agent.record(1, nowMs - (index < 45 ? hourMs : 1000))))
      const short = await run('status')
      expect(short.stdout).toMatch(/hosts +60: 15 up, 0 late, 45 down/)
      expect(short.stdout.match(/^ {2}down /gm)).toHaveLength(40)
      expect(short.stdout).toContain('20 hosts more: --all lists every one')
      expect((await run('status', '--all')).stdout.match(/^ {2}(?:up|down) /gm)).toHaveLength(60)
    }))

  it('gives one document with --json, whose keys are stable', async () =>
    withDatabase(async ({ world, nowMs, run }) => {
      await world.takeRecords(new TestAgent().record(1, nowMs - 300_000))
      await world.takeAt(0n, new TestAgent().record(2, nowMs - 1000), new TestAgent().record(3, nowMs - 1000))
      const { code, stdout, stderr } = await run('status', '--json')
      expect([code, stderr, stdout.split('\n').length]).toEqual([0, '', 2])
      const status: unknown = JSON.parse(stdout)
      expect(Object.keys(status as object)).toEqual([
        'store',
        'time',
        'hosts',
        'rates',
        'latency',
        'consumers',
        'gaps',
        'deadLetters',
        'setAside',
        'kafka',
        'storage',
        'sizes',
        'unreadable',
        'problems',
      ])
      expect(status).toMatchObject({
        hosts: { total: 1, up: 1, late: 0, down: 0, list: [{ name: 'web-1', state: 'up', spool: null, flags: [] }] },
        rates: { windowSeconds: 300, recordsPerSecond: 0.01, samplesPerSecond: 0.01 },
        latency: null,
        consumers: null,
        deadLetters: { total: 0, byReason: {}, isComplete: true },
        kafka: {
          lagSource: 'unknown',
          lagRecords: null,
          problem: null,
          partitions: [{ topic: 'otlp_metrics', partition: 3, nextOffset: '2', lagRecords: null }],
        },
      })
    }))

  it('goes on where a table may not be read, and says so', async () =>
    withDatabase(async ({ world, nowMs, run }) => {
      await world.takeRecords(new TestAgent().record(1, nowMs - 1000))
      await world.store.database.schema.dropTable('kafka_position').execute()
      const { code, stdout } = await run('status')
      expect(code).toBe(0)
      expect(stdout).toMatch(/^! positions unknown: .*kafka_position.*: grant SELECT on it/m)
      expect(stdout).toMatch(/hosts +1: 1 up/)
    }))

  it('ends with 78 where there is no database, and makes none', async () => {
    await using folder = await temporaryFolder('operator')
    const io = memoryIo({ cwd: folder.path })
    expect(await runProgram(['status', '--store', 'sqlite:none.db'], io)).toBe(78)
    expect(io.written.stderr).toContain('there is no database at')
  })

  it('ends with 69 where the database is away', async () => {
    await using folder = await temporaryFolder('operator')
    for (const command of [['status'], ['gaps', 'list'], ['dead-letters', 'replay', '1']]) {
      const io = memoryIo({ cwd: folder.path })
      expect(await runProgram([...command, '--store', 'postgres://nobody@127.0.0.1:1/none'], io)).toBe(69)
      expect(io.written.stdout).toBe('')
    }
  })

  it('tells a broker that is away in one line, and all else beside it', async () =>
    withDatabase(async ({ world, nowMs, folder, writeConfiguration }) => {
      await writeConfiguration('127.0.0.1:1')
      await world.takeAt(0n, new TestAgent().record(1, nowMs - 1000))
      // As a program: a configuration is loaded by Node itself.
      await using program = startProgram(['status', '--store', 'sqlite:.hostvitals/metrics.db'], { cwd: folder })
      const { code, stdout } = await program.ending()
      expect(code).toBe(0)
      expect(stdout.match(/^! Kafka could not be asked: .*127\.0\.0\.1:1.*$/gm)).toHaveLength(1)
      expect(stdout).toMatch(/lag +unknown/)
      expect(stdout).toMatch(/hosts +1: 1 up/)
    }))

  it('lists gaps with what they mean', async () =>
    withDatabase(async ({ world, nowMs, run }) => {
      const web = new TestAgent()
      await world.takeRecords(web.record(1, nowMs - 3000), web.record(4, nowMs - 2000))
      await world.takeRecords(web.note(5, { run: 7n, fromSeq: 2, toSeq: 2, reason: 'full' }))
      const { stdout } = await run('gaps', 'list')
      expect(stdout).toMatch(/web-1 +7 +2 +1 +lost +0s +will not come: the spool was full/)
      expect(stdout).toMatch(/web-1 +7 +3 +1 +open +0s +not arrived yet/)
      const json: unknown = JSON.parse(
        (await run('gaps', 'list', '--json', '--state', 'lost', '--host', 'web-1')).stdout,
      )
      expect(json).toMatchObject({ isComplete: true, gaps: [{ host: 'web-1', fromSeq: 2, toSeq: 2, state: 'lost' }] })
      expect((await run('gaps', 'list', '--limit', '1')).stdout).toContain('there are more: --limit 10')
      expect((await run('gaps', 'list', '--host', 'web-9')).code).toBe(2)
      expect((await run('gaps', 'list', '--state', 'gone')).code).toBe(2)
    }))

  it('takes the database of `up` where there is no configuration and no --store', async () =>
    withDatabase(async ({ world, nowMs, folder }) => {
      await world.takeRecords(new TestAgent().record(1, nowMs - 1000))
      for (const command of [['status'], ['query', 'load'], ['gaps', 'list']]) {
        const io = memoryIo({ cwd: folder })
        expect(await runProgram(command, io)).toBe(0)
        expect(io.written.stderr).toContain('.hostvitals/metrics.db')
      }
    }))
})
