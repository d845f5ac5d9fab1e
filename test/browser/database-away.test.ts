import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { startBrowser, Tab } from '../support/browser-tab.ts'
import { ownServerDatabase, type OwnDatabase } from '../support/own-database.ts'
import { fillStore, fleetUid } from '../support/page-fleet.ts'
import { servePage, type ServedPage } from '../support/served-page.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'

const server = inject('postgresUrl')

describe.skipIf(inject('chromium') === '' || server === '')('a database that goes away under an open page', () => {
  let database: OwnDatabase
  let proxy: TcpProxy
  let served: ServedPage
  let browser: Browser

  beforeAll(async () => {
    database = await ownServerDatabase('PostgreSQL', server)
    await fillStore(database.location, { hosts: 3, rounds: 60, intervalMs: 10_000, nowMs: Date.now() })
    proxy = await TcpProxy.to(database.url)
    served = await servePage(['serve', '--store', proxy.through(database.url)])
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await served?.[Symbol.asyncDispose]()
    await proxy?.[Symbol.asyncDispose]()
    await database?.[Symbol.asyncDispose]()
  })

  it('leaves what was seen, is told with what helps, and comes back by itself', async () => {
    await using tab = await Tab.open(browser)
    const { page } = tab
    await tab.show(`${served.url}/hosts?host=${fleetUid(0)}`)
    await page.locator('.u-over').first().waitFor()
    proxy.goDown()
    const banner = page.locator('.trouble')
    await banner.waitFor({ timeout: 60_000 })
    expect(await banner.textContent()).toMatch(/hostvitals doctor/)
    expect(await page.locator('.u-over').count()).toBeGreaterThan(0)
    await tab.picture('database-away-1440-light')
    proxy.thaw()
    await banner.waitFor({ state: 'hidden', timeout: 60_000 })
    expect(await page.locator('.u-over').count()).toBeGreaterThan(0)
  })

  it('is told where the page has nothing yet', async () => {
    await using tab = await Tab.open(browser, { width: 360 })
    proxy.goDown()
    await tab.page.goto(served.url)
    await tab.page.locator('.notice[role=alert]').waitFor({ timeout: 60_000 })
    proxy.thaw()
    await tab.page.getByRole('heading', { level: 1, name: '3 hosts' }).waitFor({ timeout: 60_000 })
    expect(await tab.page.locator('.trouble').count()).toBe(0)
  })
})
