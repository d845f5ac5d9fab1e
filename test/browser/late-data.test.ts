import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { ChartsAnswer } from '../../src/dashboard/api.ts'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openStore } from '../../src/store/open-store.ts'
import { TestAgent } from '../support/arrived-records.ts'
import { startBrowser, Tab } from '../support/browser-tab.ts'
import { answerOf } from '../support/dashboard-world.ts'
import { IngestWorld, restlessClock } from '../support/ingest-world.ts'
import { servePage } from '../support/served-page.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

describe.skipIf(inject('chromium') === '')('data that comes late', () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterAll(async () => browser?.close())

  it('closes its gap, and is marked as having arrived later', async () => {
    await using folder = await temporaryFolder('late-data')
    const file = join(folder.path, 'metrics.db')
    const nowMs = Date.now()
    await using store = await openStore({ kind: 'sqlite', file }, { durable: false })
    await migrate(store, { nowMs, rawRetentionMs: 14 * 86_400_000 }, ignoreEvents)
    const world = new IngestWorld(store, { clock: restlessClock(nowMs) })
    const agent = new TestAgent()
    const recordAt = (seq: number): ReturnType<TestAgent['record']> => agent.record(seq, nowMs + (seq - 60) * 10_000)
    // Every ten seconds until 80 s ago.
    await world.takeRecords(...Array.from({ length: 52 }, (_, index) => recordAt(index + 1)))
    await using served = await servePage(['serve', '--store', `sqlite:${file}`])
    await using tab = await Tab.open(browser)
    const { page } = tab
    await tab.show(`${served.url}/hosts?from=now-15m&to=now&host=${agent.agentUid}`)
    await page.locator('.mark-late').waitFor()
    expect(await page.locator('.note-late').count()).toBe(0)
    // What the spool kept comes all at once.
    await world.takeRecords(...Array.from({ length: 8 }, (_, index) => recordAt(index + 53)))
    await page.getByRole('button', { name: '● live' }).waitFor()
    // Seen by the server at its next look; the chart has it when it is asked for anew.
    await expect
      .poll(
        async () => {
          await tab.show(page.url())
          return page.locator('.note-late').allTextContents()
        },
        { timeout: 60_000 },
      )
      .toEqual([expect.stringMatching(/: offline 1 m 20 s, arrived later$/)])
    await tab.picture('late-1440-light')
    // No gap is left: the table has a number for every step until the newest reading.
    const answer = await fetch(`${served.url}/api/charts?m=load&from=${nowMs - 500_000}&to=${nowMs}&points=20`)
    const { charts } = await answerOf<ChartsAnswer>(answer)
    expect(charts[0]?.lines[0]?.average.slice(0, -1)).not.toContain(null)
    expect(tab.complaints).toEqual([])
  })
})
