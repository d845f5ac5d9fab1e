import { describe, expect, it } from 'vitest'
import { foreignRecord, gaugeOf, TestAgent } from '../support/arrived-records.ts'
import { IngestWorld, restlessClock } from '../support/ingest-world.ts'
import { withDatabase } from '../support/operator.ts'

const hourMs = 3_600_000

describe('what an operator types about dead letters', () => {
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
})
