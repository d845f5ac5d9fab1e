import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { seriousFindings } from '../support/accessibility.ts'
import { startBrowser, Tab } from '../support/browser-tab.ts'
import { ownSqlite, type OwnDatabase } from '../support/own-database.ts'
import { fillStore } from '../support/page-fleet.ts'
import { servePage, type ServedPage } from '../support/served-page.ts'

describe.skipIf(inject('chromium') === '')('what is not there', () => {
  let database: OwnDatabase
  let browser: Browser

  beforeAll(async () => {
    database = await ownSqlite('unknown')
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await database?.[Symbol.asyncDispose]()
  })

  async function serve(hosts: number): Promise<ServedPage> {
    await fillStore(database.location, { hosts, rounds: 3, intervalMs: 10_000, nowMs: Date.now() })
    return servePage(['serve', '--store', database.url])
  }

  it('samples: says when the first comes, and the command that finds out why not', async () => {
    await using served = await serve(0)
    await using tab = await Tab.open(browser)
    await tab.show(served.url)
    await tab.page.getByRole('heading', { name: 'No samples yet' }).waitFor()
    expect(await tab.page.locator('.notice code').textContent()).toBe('hostvitals doctor')
    await tab.picture('empty-1440-light')
    expect(await seriousFindings(tab.page)).toEqual([])
  })

  it('a host: offers those whose names are nearest', async () => {
    await using served = await serve(3)
    await using tab = await Tab.open(browser)
    await tab.show(`${served.url}/hosts?host=web-22`)
    const link = tab.page.locator('.nearest').first()
    await link.waitFor()
    expect(await seriousFindings(tab.page)).toEqual([])
    await link.click()
    await tab.page.getByRole('heading', { level: 1, name: /^web-\d$/ }).waitFor()
  })

  it('a host by the filter: offers all of them', async () => {
    await using served = await serve(3)
    await using tab = await Tab.open(browser)
    await tab.show(`${served.url}/?q=nobody`)
    await tab.page.getByRole('button', { name: 'Show all 3' }).click()
    await tab.page.getByRole('link', { name: 'web-1' }).waitFor()
    expect(tab.page.url()).toBe(`${served.url}/`)
  })
})
