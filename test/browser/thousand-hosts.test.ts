import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { startBrowser, Tab } from '../support/browser-tab.ts'
import { ownSqlite, type OwnDatabase } from '../support/own-database.ts'
import { fillStore } from '../support/page-fleet.ts'
import { servePage, type ServedPage } from '../support/served-page.ts'

describe.skipIf(inject('chromium') === '')('a thousand hosts', () => {
  let database: OwnDatabase
  let served: ServedPage
  let browser: Browser

  beforeAll(async () => {
    database = await ownSqlite('thousand')
    await fillStore(database.location, { hosts: 1000, rounds: 2, intervalMs: 10_000, nowMs: Date.now() })
    served = await servePage(['serve', '--store', database.url])
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await served?.[Symbol.asyncDispose]()
    await database?.[Symbol.asyncDispose]()
  })

  it('are listed, filtered and scrolled through, with a screenful of them in the document', async () => {
    await using tab = await Tab.open(browser)
    const { page } = tab
    await tab.show(`${served.url}/?sort=name`)
    await page.getByRole('heading', { level: 1, name: '1000 hosts' }).waitFor()
    const drawn = page.locator('table.hosts tbody tr:not(.spacer)')
    expect(await drawn.count()).toBeLessThan(60)
    await page.evaluate('window.scrollTo(0, document.documentElement.scrollHeight)')
    await page.getByRole('link', { name: 'web-1000', exact: true }).waitFor()
    expect(await drawn.count()).toBeLessThan(60)
    await tab.picture('thousand-1440-light')
    await page.keyboard.press('/')
    await page.keyboard.type('web-777')
    await page.getByRole('link', { name: 'web-777', exact: true }).waitFor()
    await tab.until('one row', "document.querySelectorAll('table.hosts tbody tr').length === 1")
    expect(tab.complaints).toEqual([])
  })

  it('are one answer of at most a megabyte', async () => {
    const answer = await fetch(`${served.url}/api/hosts`)
    expect((await answer.arrayBuffer()).byteLength).toBeLessThan(1024 ** 2)
  })

  it('scroll as cards on a narrow screen', async () => {
    await using tab = await Tab.open(browser, { width: 360, height: 780 })
    const { page } = tab
    await tab.show(`${served.url}/?sort=name`)
    await page.evaluate('window.scrollTo(0, document.documentElement.scrollHeight)')
    await page.getByRole('link', { name: 'web-1000', exact: true }).waitFor()
    expect(await page.locator('.card').count()).toBeLessThan(20)
  })
})
