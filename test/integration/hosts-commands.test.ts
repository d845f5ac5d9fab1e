import { describe, expect, it } from 'vitest'
import { runProgram } from '../../src/cli/program.ts'
import { findHosts } from '../../src/query/host/hosts.ts'
import { TestAgent } from '../support/arrived-records.ts'
import { memoryIo } from '../support/command-output.ts'
import { withDatabase, type Operator } from '../support/operator.ts'

const first = 'a0000000-0000-4000-8000-000000000001'
const second = 'a0000000-0000-4000-8000-000000000002'

/** Two hosts of one name, of which one is a copy of the other, and a third. */
async function threeHosts({ world, nowMs }: Operator): Promise<void> {
  await world.takeRecords(
    new TestAgent({ labels: { site: 'berlin', role: 'web' } }).record(1, nowMs - 3_600_000),
    new TestAgent({ agentUid: 'a0000000-0000-4000-8000-000000000003', name: 'db-1', isEphemeral: true }).record(
      1,
      nowMs,
    ),
  )
  await world.takeRecords(new TestAgent({ agentUid: second, replacesUid: first }).record(1, nowMs - 1000))
}

describe('hosts', () => {
  it('list says who they are', async () =>
    withDatabase(async (operator) => {
      await threeHosts(operator)
      const { code, stdout } = await operator.run('hosts', 'list')
      expect(code).toBe(0)
      const rows = stdout.split('\n').map((line) => line.trim().split(/ {2,}/))
      expect(rows[0]).toEqual(['HOST', 'UID', 'STATE', 'FIRST SEEN', 'LAST SEEN', 'EVERY', 'LABELS', 'REMARKS'])
      const [db, web, copy] = rows.slice(1)
      expect(db).toEqual(expect.arrayContaining(['db-1', 'up', '10s', 'ephemeral: new with the next container']))
      expect(web).toEqual(
        expect.arrayContaining([
          'web-1',
          first,
          'down',
          '1h ago',
          'site=berlin role=web',
          `replaced by web-1 (${second})`,
        ]),
      )
      expect(copy).toEqual(expect.arrayContaining(['web-1', second, 'up', `replaces web-1 (${first})`]))
      expect(stdout).toContain('\n  3 hosts\n')
    }))

  it('list gives one document with --json, and of an empty database none', async () =>
    withDatabase(async (operator) => {
      expect(await operator.run('hosts', 'list', '--json')).toEqual({ code: 0, stdout: '{"hosts":[]}\n', stderr: '' })
      expect((await operator.run('hosts', 'list')).stdout).toBe('  no hosts\n')
      await threeHosts(operator)
      const { stdout } = await operator.run('hosts', 'list', '--json')
      const { hosts } = JSON.parse(stdout) as { readonly hosts: readonly Readonly<Record<string, unknown>>[] }
      expect(hosts.map(({ agentUid, forgottenAt }) => [agentUid, forgottenAt])).toEqual([
        ['a0000000-0000-4000-8000-000000000003', null],
        [first, null],
        [second, null],
      ])
      expect(Object.keys(hosts[0] ?? {})).toEqual([
        'name',
        'agentUid',
        'labels',
        'state',
        'firstSeen',
        'lastSeen',
        'intervalMs',
        'replaces',
        'replacedBy',
        'isEphemeral',
        'hasTwoRuns',
        'forgottenAt',
      ])
    }))

  it('prints nothing of a record that a terminal would act upon', async () =>
    withDatabase(async ({ world, nowMs, run }) => {
      const bad = new TestAgent({ name: 'web\u001b[2J', labels: { 'a\u0007': '\u202eb' } })
      await world.takeRecords(bad.record(1, nowMs))
      for (const args of [['list'], ['list', '--json'], ['forget', first, '--yes']]) {
        // Whatever else a terminal acts upon, a line's end is what a line needs.
        expect((await run('hosts', ...args)).stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
      }
    }))

  it('forget takes one off every list, once, and refuses what it cannot mean', async () =>
    withDatabase(async (operator) => {
      await threeHosts(operator)
      const { run } = operator
      const ambiguous = await run('hosts', 'forget', 'web-1', '--yes')
      expect(ambiguous).toMatchObject({ code: 2, stdout: '' })
      expect(ambiguous.stderr).toContain(`2 hosts are called 'web-1': ${first}, ${second}`)
      expect((await run('hosts', 'forget', 'web-2', '--yes')).stderr).toContain('did you mean web-1')
      const unasked = await run('hosts', 'forget', first)
      expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining('give --yes') })
      expect((await run('hosts', 'list')).stdout).toContain('3 hosts')
      const { code, stdout } = await run('hosts', 'forget', first, '--yes')
      expect([code, stdout]).toEqual([0, expect.stringContaining(`web-1 (${first}) is forgotten`)])
      expect((await run('hosts', 'list')).stdout).not.toMatch(new RegExp(`^ +web-1 +${first}`, 'm'))
      expect((await run('hosts', 'list', '--all')).stdout).toMatch(new RegExp(`^ +web-1 +${first} +forgotten`, 'm'))
      expect((await run('status')).stdout).toMatch(/hosts +2: 2 up/)
      expect((await run('query', 'load', '--from', '-2h', '--json')).stdout.match(/"host":"web-1"/g)).toHaveLength(1)
      expect((await run('query', 'load', '--host', 'web-1', '--from', '-2h')).code).toBe(0)
      const byUid = await run('query', 'load', '--host', first, '--from', '-2h', '--json')
      expect(byUid.stdout.match(/"host":"web-1"/g)).toHaveLength(1)
      expect((await run('hosts', 'forget', first, '--yes')).stdout).toContain('nothing was changed')
    }))

  it.each([
    ['y', 0, 'is forgotten', []],
    ['no', 1, 'nothing was changed', ['web-1']],
    ['', 1, 'nothing was changed', ['web-1']],
  ])('forget asks a person, who says %j', async (answer, expected, said, left) =>
    withDatabase(async ({ world, nowMs, folder }) => {
      await world.takeRecords(new TestAgent().record(1, nowMs - 1000))
      const io = memoryIo({ cwd: folder, typed: [answer] })
      expect(await runProgram(['hosts', 'forget', 'web-1'], io)).toBe(expected)
      expect(io.written.stdout).toContain(said)
      expect(io.written.stderr).toMatch(
        /Forget web-1 \(.*\), last seen \ds ago\? It still sends, and will be back at once/,
      )
      expect((await findHosts(world.store, {})).map(({ name }) => name)).toEqual(left)
    }),
  )
})
