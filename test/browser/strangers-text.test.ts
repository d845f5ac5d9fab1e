import { readFile } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { startBrowser, Tab } from '../support/browser-tab.ts'
import { ownSqlite, type OwnDatabase } from '../support/own-database.ts'
import { fillStore, fleetUid } from '../support/page-fleet.ts'
import { servePage, type ServedPage } from '../support/served-page.ts'

const script = '<script>window.taken = 1</script>'
const image = '"><img src=x onerror="window.taken = 1">'

describe.skipIf(inject('chromium') === '')('text of strangers', () => {
  let database: OwnDatabase
  let served: ServedPage
  let browser: Browser

  beforeAll(async () => {
    database = await ownSqlite('strangers')
    await fillStore(database.location, {
      hosts: 2,
      rounds: 30,
      intervalMs: 10_000,
      nowMs: Date.now(),
      name: (host) => (host === 0 ? script : `=cmd|'/c calc'!A${host}`),
      labels: () => ({ site: image }),
    })
    served = await servePage(['serve', '--store', database.url])
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await served?.[Symbol.asyncDispose]()
    await database?.[Symbol.asyncDispose]()
  })

  it('is shown as text on every page, and runs nowhere', async () => {
    await using tab = await Tab.open(browser)
    const { page } = tab
    await tab.show(served.url)
    await page.getByRole('link', { name: script }).waitFor()
    expect(await page.locator('.label').first().textContent()).toBe(image)
    const paths = [
      `/hosts?host=${fleetUid(0)}`,
      '/compare?m=mail.queue',
      '/events?from=now-1d',
      '/metrics',
      '/pipeline',
    ]
    for (const path of paths) await tab.show(`${served.url}${path}`)
    const address = `/compare?m=${encodeURIComponent(script)}&host=${encodeURIComponent(image)}&q=${encodeURIComponent(image)}`
    await page.goto(`${served.url}${address}`)
    await page.getByRole('alert').filter({ hasText: /\w/ }).first().waitFor()
    expect(await page.evaluate('window.taken')).toBeUndefined()
    expect(await page.locator('main img, main script').count()).toBe(0)
  })

  it('is no formula in a file', async () => {
    await using tab = await Tab.open(browser)
    const { page } = tab
    await tab.show(`${served.url}/compare?m=mail.queue`)
    await page.getByRole('button', { name: /^More of/ }).click()
    const saving = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save CSV' }).click()
    const text = await readFile(await (await saving).path(), 'utf8')
    expect(text).toContain(`'=cmd|`)
    expect(text).not.toMatch(/(?:^|,)"?=cmd/m)
  })

  it('breaks no policy of the page', async () => {
    const answer = await fetch(served.url)
    expect(answer.headers.get('content-security-policy')).toMatch(
      /default-src 'none'; script-src 'self'; style-src 'self'/,
    )
    await using tab = await Tab.open(browser)
    await tab.show(served.url)
    await tab.page.getByRole('link', { name: script }).click()
    await tab.settled()
    expect(tab.complaints).toEqual([])
  })
})
