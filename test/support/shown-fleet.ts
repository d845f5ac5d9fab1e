import { afterAll, beforeAll } from 'vitest'
import { startBrowser, Tab, type TabOptions } from './browser-tab.ts'
import { ownSqlite } from './own-database.ts'
import { fillStore, type PageFleet } from './page-fleet.ts'
import { servePage } from './served-page.ts'

/** The dashboard over a fleet, and a browser to look at it with. */
export interface ShownFleet {
  readonly url: string
  readonly openTab: (options?: TabOptions) => Promise<Tab>
}

/**
 * Fills an SQLite file with a fleet, whose last round is just now, shows it by `hostvitals serve` and starts a browser, for all
 * tests of the `describe` that this is called in. To be asked for within a test.
 */
export function showFleet(name: string, fleet: Omit<PageFleet, 'nowMs' | 'intervalMs'>): () => ShownFleet {
  const held = new AsyncDisposableStack()
  let shown: ShownFleet | undefined

  beforeAll(async () => {
    const database = held.use(await ownSqlite(name))
    await fillStore(database.location, { ...fleet, intervalMs: 10_000, nowMs: Date.now() })
    const { url } = held.use(await servePage(['serve', '--store', database.url]))
    const browser = await startBrowser()
    held.defer(() => browser.close())
    shown = { url, openTab: (options) => Tab.open(browser, options) }
  })
  afterAll(() => held.disposeAsync())

  return () => {
    if (shown === undefined) throw new Error(`the fleet ${name} is not shown yet`)
    return shown
  }
}
