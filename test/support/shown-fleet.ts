import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { startBrowser, Tab, type TabOptions } from './browser-tab.ts'
import { writeDashboardConfiguration } from './consumer-with-dashboard.ts'
import { fillStore, type PageFleet } from './page-fleet.ts'
import { servePage } from './served-page.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** The dashboard over a fleet, and a browser to look at it with. */
export interface ShownFleet {
  readonly url: string
  readonly openTab: (options?: TabOptions) => Promise<Tab>
}

/**
 * Fills an SQLite file with a fleet, whose last round is just now, shows it by `hostvitals serve` and starts a browser, for all
 * tests of the `describe` that this is called in. To be asked for within a test. `dashboard` is what its configuration tells it;
 * without, there is no configuration.
 */
export function showFleet(
  name: string,
  fleet: Omit<PageFleet, 'nowMs' | 'intervalMs'>,
  dashboard?: Readonly<Record<string, unknown>>,
): () => ShownFleet {
  const held = new AsyncDisposableStack()
  let shown: ShownFleet | undefined

  beforeAll(async () => {
    const folder = held.use(await temporaryFolder(name))
    const file = join(folder.path, 'metrics.db')
    await fillStore({ kind: 'sqlite', file }, { ...fleet, intervalMs: 10_000, nowMs: Date.now() })
    if (dashboard !== undefined) await writeDashboardConfiguration(folder.path, file, dashboard)
    const source = dashboard === undefined ? ['--store', `sqlite:${file}`] : ['--config', folder.path]
    const { url } = held.use(await servePage(['serve', ...source]))
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
