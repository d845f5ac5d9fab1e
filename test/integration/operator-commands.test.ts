import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runProgram } from '../../src/cli/program.ts'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import { foreignRecord, gaugeOf, TestAgent } from '../support/arrived-records.ts'
import { memoryIo } from '../support/command-output.ts'
import { IngestWorld, restlessClock } from '../support/ingest-world.ts'
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
      await world.takeRecords(new TestAgent().record(1, nowMs - 1000))
      await world.takeAt(0n, new TestAgent().record(2, nowMs - 1000))
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
        'kafka',
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
          partitions: [{ topic: 'otlp_metrics', partition: 3, nextOffset: '1', lagRecords: null }],
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

  it('shows a dead letter whole, and gives the terminal nothing raw of it', async () =>
    withDatabase(async ({ world, nowMs, run }) => {
      const evil = new TestAgent({ name: 'web\u001b[31m-1\r\n\u202e' })
      const ahead = evil.record(1, nowMs + 2 * hourMs, [gaugeOf('load', 3, { path: '/\u001b]0;x\u0007' })])
      await world.takeRecords(ahead)
      await world.takeAt(0n, { ...foreignRecord('far-1', 5), value: Buffer.from('{"a":"\u001b[2J"}') })
      await world.takeRecords(new TestAgent({ name: 'x\u009b', run: 9n }).record(1, nowMs - 1000))
      const list = await run('dead-letters', 'list')
      expect(list.stdout).toMatch(/2 .* undecodable +otlp_metrics\[3\]@0 /)
      expect(list.stdout).toMatch(/1 .* ahead +a0000000 run 7 seq 1 /)
      const shown = await run('dead-letters', 'show', '1')
      expect(shown.stdout).toContain('web\\u001b[31m-1\\u000d\\u000a\\u202e')
      expect(shown.stdout).toMatch(/load +path=.*3 +1\n/)
      expect(shown.stdout).toMatch(/000000 {2}0a [0-9a-f ]+/)
      const foreign = await run('dead-letters', 'show', '2')
      expect(foreign.stdout).toMatch(/cannot be decoded: .*JSON/)
      expect(foreign.stdout).toContain('{"a":".[2J"}')
      const status = await run('status', '--all')
      const documents = [await run('dead-letters', 'show', '1', '--json'), await run('status', '--json')]
      for (const { stdout } of [list, shown, foreign, status, ...documents]) {
        expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
      }
      const raw = await run('dead-letters', 'show', '1', '--raw')
      expect(Buffer.from(raw.stdout, 'latin1')).toEqual(Buffer.from(ahead.value))
      const json: unknown = JSON.parse((await run('dead-letters', 'show', '1', '--json')).stdout)
      expect(json).toMatchObject({
        id: '1',
        reason: 'ahead',
        payloadBase64: Buffer.from(ahead.value).toString('base64'),
        decoded: { error: null, hosts: [{ samples: [{ metric: 'load', value: 3 }] }] },
      })
    }))

  it('shows all headers of a record as they stood: one twice, one without a value, one whose name is no text', async () =>
    withDatabase(async ({ world, run }) => {
      const list = [
        ['trace', 'first'],
        ['trace', 'second'],
        ['empty', undefined],
        ['\xff', 'third'],
      ] as const
      const headerList = list.map(([name, value]) => {
        return [Buffer.from(name, 'latin1'), value === undefined ? undefined : Buffer.from(value)] as const
      })
      const headers = new Map([['trace', Buffer.from('second')]])
      await world.takeAt(0n, { ...foreignRecord('far-1', 5), value: Uint8Array.of(0xff), headers, headerList })
      const { stdout } = await run('dead-letters', 'show', '1')
      expect(stdout.match(/^ {2}header .*$/gm)?.map((line) => line.trim().split(/ {2,}/))).toEqual([
        ['header trace', 'first'],
        ['header trace', 'second'],
        ['header empty', 'no value'],
        ['header \uFFFD', 'third'],
      ])
      const json: unknown = JSON.parse((await run('dead-letters', 'show', '1', '--json')).stdout)
      expect(json).toMatchObject({
        headersBase64: { trace: 'c2Vjb25k' },
        headerListBase64: [
          ['dHJhY2U=', 'Zmlyc3Q='],
          ['dHJhY2U=', 'c2Vjb25k'],
          ['ZW1wdHk=', null],
          ['/w==', 'dGhpcmQ='],
        ],
      })
    }))

  it('replays what was mended, says of each what became of it, and keeps nothing of a dry run', async () =>
    withDatabase(async ({ world, nowMs, run }) => {
      const web = new TestAgent()
      // Set aside by a consumer whose clock was two hours slow; stored by one whose is right.
      const slow = new IngestWorld(world.store, { clock: restlessClock(nowMs - 2 * hourMs) })
      await slow.takeRecords(web.record(1, nowMs - 1000), web.poison(2), web.record(3, nowMs - 500))
      const [first, second, third] = (await world.deadLetterIds()).map(String)
      const dry = await run('dead-letters', 'replay', '--all', '--dry-run')
      expect(dry.stdout).toContain(`  ${first}  would be stored: 1 sample\n`)
      expect(dry.stdout).toContain(`  ${second}  would be set aside again (undecodable): `)
      expect([dry.code, await world.values(), await world.deadLetterIds()]).toEqual([
        0,
        [],
        [first, second, third].map((id) => BigInt(id ?? 0)),
      ])
      const real = await run('dead-letters', 'replay', '--reason', 'ahead')
      expect(real.stdout).toBe(
        `  ${first}  stored: 1 sample\n  ${third}  stored: 1 sample\n\n  2 dead letters: 2 stored, 0 were stored already, 0 set aside again\n`,
      )
      expect([real.code, await world.values(), await world.deadLetters()]).toEqual([0, [1, 3], ['undecodable']])
      const again = await run('dead-letters', 'replay', second ?? '', first ?? '', '--json')
      expect(again.code).toBe(1)
      expect(JSON.parse(again.stdout)).toMatchObject({
        dryRun: false,
        letters: [
          { id: second, outcome: 'set-aside', reason: 'undecodable' },
          { id: first, outcome: 'missing' },
        ],
      })
      expect(await world.deadLetters()).toEqual(['undecodable'])
      expect((await run('dead-letters', 'replay', '--all', '7')).code).toBe(2)
      expect((await run('dead-letters', 'replay')).code).toBe(2)
      expect((await run('dead-letters', 'show', '999')).code).toBe(2)
    }))

  it('says of a letter that became too old that it was not stored, in the sum too, and a gap tells it from then on', async () =>
    withDatabase(async ({ world, nowMs, run }) => {
      const slow = new IngestWorld(world.store, { clock: restlessClock(nowMs - 2 * hourMs) })
      await slow.takeRecords(new TestAgent().record(1, nowMs - hourMs / 2))
      const { codec, database } = world.store
      await database
        .updateTable('raw_floor')
        .set({ time: codec.time(nowMs) })
        .execute()
      const dry = await run('dead-letters', 'replay', '--all', '--dry-run')
      expect(dry.stdout).toMatch(/1 dead letter: .*, 1 would be left out as too old\n$/)
      const { code, stdout } = await run('dead-letters', 'replay', '--all')
      expect(stdout).toMatch(/ {2}1 {2}older than what is kept: not stored; the letter is gone\n/)
      expect(stdout).toMatch(/1 dead letter: 0 stored, .*, 1 left out as too old\n$/)
      expect([code, await world.gaps()]).toEqual([0, ['1-1 expired older than the raw retention']])
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

interface Operator {
  readonly world: IngestWorld
  readonly nowMs: number
  readonly folder: string
  readonly run: (...args: readonly string[]) => Promise<{ code: number; stdout: string; stderr: string }>
  /** A kafka.config.ts beside the database. */
  readonly writeConfiguration: (broker: string) => Promise<void>
}

/** A database where `up` keeps it, at the machine's own time, which is what the commands go by. */
async function withDatabase(test: (operator: Operator) => Promise<void>): Promise<void> {
  await using folder = await temporaryFolder('operator')
  await mkdir(join(folder.path, '.hostvitals'))
  const file = join(folder.path, '.hostvitals', 'metrics.db')
  await using store = await openSqliteStore({ file, durable: false })
  const nowMs = Date.now()
  await migrate(store, { nowMs, rawRetentionMs: 14 * 24 * hourMs }, ignoreEvents)
  await test({
    world: new IngestWorld(store, { clock: restlessClock(nowMs) }),
    nowMs,
    folder: folder.path,
    run: async (...args) => {
      const io = memoryIo({ cwd: folder.path })
      const code = await runProgram([...args, '--store', `sqlite:${file}`], io)
      return { code, ...io.written }
    },
    writeConfiguration: async (broker) =>
      writeFile(join(folder.path, 'kafka.config.js'), kafkaConfiguration(broker), { mode: 0o600 }),
  })
}

function kafkaConfiguration(broker: string): string {
  return `import { defineKafka } from 'hostvitals'\nexport default defineKafka({ brokers: ['${broker}'] })\n`
}
