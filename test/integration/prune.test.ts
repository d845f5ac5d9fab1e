import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startOfDay } from '../../src/store/partitions.ts'
import { gaugeOf, TestAgent, timerOf } from '../support/arrived-records.ts'
import { withDatabase } from '../support/operator.ts'
import { type Ending, startProgram } from '../support/program.ts'
import { rollUpAll } from '../support/tier-history.ts'

const dayMs = 86_400_000

it('says what would go and drops it, as the configuration says, and nothing where none says how long', async () =>
  withDatabase(async ({ world, nowMs, folder, run }) => {
    const agent = new TestAgent()
    for (const [index, daysAgo] of [13, 4, 1, 0].entries()) {
      const timeMs = nowMs - daysAgo * dayMs
      await world.takeRecords(agent.record(index + 1, timeMs, [gaugeOf('load', daysAgo), timerOf('wait', timeMs)]))
    }
    await rollUpAll(world.store, nowMs + dayMs)
    // A floor that was moved long ago: raw rows before it are gone, those of the tiers are not.
    const floor = world.store.codec.time(startOfDay(nowMs - 20 * dayMs))
    await world.store.database.updateTable('raw_floor').set({ time: floor }).execute()

    const refused = await run('prune', '--dry-run')
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('nothing says how long this database keeps what')

    const retention = "{ raw: '10d', tenMinutes: '10d', hours: '60d' }"
    const text = `import { defineConsumer, sqlite } from 'hostvitals'\nexport default defineConsumer({ store: sqlite('.hostvitals/metrics.db'), retention: ${retention} })\n`
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    await writeFile(join(folder, 'consumer.config.ts'), text, { mode: 0o600 })
    // A process of its own: only Node itself imports a configuration.
    const configured = async (...args: readonly string[]): Promise<Ending> => {
      await using program = startProgram(['prune', '--config', folder, ...args])
      return await program.ending()
    }
    const { code, stdout, stderr } = await configured('--dry-run', '--json')
    expect(stderr).toBe('')
    expect(code).toBe(0)
    const before = new Date(startOfDay(nowMs) - 10 * dayMs).toISOString()
    expect(JSON.parse(stdout)).toMatchObject({
      dryRun: true,
      parts: [
        { kind: 'rows', tier: 'raw', table: 'scrape', before },
        { kind: 'rows', tier: 'raw', table: 'histogram', before },
        { kind: 'rows', tier: 'tenMinutes', table: 'rollup', before },
        { kind: 'rows', tier: 'tenMinutes', table: 'histogram_rollup', before },
      ],
    })
    expect(await world.values()).toEqual([0, 1, 4, 13])
    await world.store.database
      .deleteFrom('scrape')
      .where('time', '<', world.store.codec.time(nowMs - 12 * dayMs))
      .execute()
    await world.store.database
      .deleteFrom('histogram')
      .where('time', '<', world.store.codec.time(nowMs - 12 * dayMs))
      .execute()
    const pruned = await configured()
    expect(pruned).toMatchObject({ code: 0, stderr: '' })
    expect(pruned.stdout).toContain('2 parts gone')
    const left = await world.store.database.selectFrom('rollup').select('time').where('resolution', '=', 600).execute()
    expect(left).toHaveLength(3)
    expect((await configured()).stdout).toContain('nothing is older than what is kept')
  }))
