import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { startBrowser, Tab } from '../support/browser-tab.ts'
import { ownSqlite, type OwnDatabase } from '../support/own-database.ts'
import { fillStore } from '../support/page-fleet.ts'
import { servePage, type ServedPage } from '../support/served-page.ts'

describe.skipIf(inject('chromium') === '')('what a reader has chosen', () => {
  let database: OwnDatabase
  let served: ServedPage
  let browser: Browser

  beforeAll(async () => {
    database = await ownSqlite('theme')
    await fillStore(database.location, { hosts: 2, rounds: 3, intervalMs: 10_000, nowMs: Date.now() })
    served = await servePage(['serve', '--store', database.url])
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await served?.[Symbol.asyncDispose]()
    await database?.[Symbol.asyncDispose]()
  })

  it('theme: its ground stands from the first paint on, before the page’s script has run', async () => {
    await using tab = await Tab.open(browser, { colorScheme: 'light' })
    await tab.show(served.url)
    const ground = 'getComputedStyle(document.documentElement).backgroundColor'
    const light = await tab.page.evaluate<string>(ground)
    const toggle = tab.page.getByRole('button', { name: /^Theme/ })
    await toggle.click()
    await toggle.click()
    const dark = await tab.page.evaluate<string>(ground)
    expect(dark).not.toBe(light)
    // The style sheet and the small script hold before the page's own script has run.
    await tab.page.route('**/assets/index-*.js', (route) => route.abort())
    await tab.page.reload()
    expect(await tab.page.evaluate<string>(ground)).toBe(dark)
  })

  it('no motion: nothing moves', async () => {
    await using tab = await Tab.open(browser, { reducedMotion: 'reduce' })
    await tab.show(served.url)
    expect(await tab.page.evaluate<number>('document.getAnimations().length')).toBe(0)
  })
})
