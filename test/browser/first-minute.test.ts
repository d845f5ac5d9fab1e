import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { startBrowser, Tab } from '../support/browser-tab.ts'
import { servePage } from '../support/served-page.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

describe.skipIf(inject('chromium') === '')('the first minute', () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterAll(async () => browser?.close())

  it('leads from `up`, with one click, to charts that move', async () => {
    await using folder = await temporaryFolder('first-minute')
    await using served = await servePage(['up', '--data', folder.path, '--interval', '1s'])
    await using tab = await Tab.open(browser)
    const { page } = tab
    await page.goto(served.url)
    await page.getByRole('button', { name: '● live' }).waitFor()
    await page.locator('table.hosts .host-name').click()
    await page.waitForURL(/from=now-2m/)
    const value = page.locator('.chart .legend b').first()
    await value.filter({ hasText: /\d/ }).waitFor()
    await tab.picture('first-minute-1440-light')
    // New points arrive by the stream: from here on no answer brings charts.
    await page.route('**/api/charts?*', (route) => route.abort())
    const before = await page.locator('.chart .legend').allTextContents()
    await expect.poll(() => page.locator('.chart .legend').allTextContents(), { timeout: 60_000 }).not.toEqual(before)
    await served.program.stop()
    await page.getByRole('button', { name: /○ reconnecting \(\d s\)/ }).waitFor()
    expect(await page.locator('.u-over').count()).toBeGreaterThan(0)
  })
})
