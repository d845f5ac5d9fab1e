import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { gaugeOf, TestAgent, timerOf } from '../support/arrived-records.ts'
import { withDatabase } from '../support/operator.ts'
import { type Ending, startProgram } from '../support/program.ts'
import { rollUpAll } from '../support/tier-history.ts'

const dayMs = 86_400_000

it('migrate drops what is older than what is kept where consumers only check the schema, and leaves it to them otherwise', async () =>
  withDatabase(async ({ world, nowMs, folder }) => {
    const { store } = world
    const agent = new TestAgent()
    for (const [index, daysAgo] of [13, 4, 0].entries()) {
      const timeMs = nowMs - daysAgo * dayMs
      await world.takeRecords(agent.record(index + 1, timeMs, [gaugeOf('load', daysAgo), timerOf('wait', timeMs)]))
    }
    await rollUpAll(store, nowMs + dayMs)
    // The oldest raw day went before, so that nothing waits a minute for batches under way.
    for (const table of ['scrape', 'histogram'] as const) {
      await store.database
        .deleteFrom(table)
        .where('time', '<', store.codec.time(nowMs - 12 * dayMs))
        .execute()
    }
    const buckets = async (): Promise<number> =>
      (await store.database.selectFrom('rollup').select('time').where('resolution', '=', 600).execute()).length
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    const migrateWith = async (mode: 'auto' | 'check'): Promise<Ending> => {
      const retention = "{ raw: '10d', tenMinutes: '10d', hours: '60d' }"
      const settings = `store: sqlite('.hostvitals/metrics.db'), migrate: '${mode}', retention: ${retention}`
      const text = `import { defineConsumer, sqlite } from 'hostvitals'\nexport default defineConsumer({ ${settings} })\n`
      await writeFile(join(folder, 'consumer.config.ts'), text, { mode: 0o600 })
      await using program = startProgram(['migrate', '--json', '--config', folder])
      return await program.ending()
    }
    const label = store.label
    const left = async (mode: 'auto' | 'check'): Promise<unknown> => {
      const { code, stdout, stderr } = await migrateWith(mode)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      return { document: JSON.parse(stdout) as unknown, buckets: await buckets() }
    }
    expect(await left('auto')).toEqual({ document: { store: label, applied: [], dropped: 0 }, buckets: 3 })
    expect(await left('check')).toEqual({ document: { store: label, applied: [], dropped: 2 }, buckets: 2 })
    expect(await left('check')).toEqual({ document: { store: label, applied: [], dropped: 0 }, buckets: 2 })
  }))
