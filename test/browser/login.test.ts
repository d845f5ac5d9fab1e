import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { seriousFindings } from '../support/accessibility.ts'
import { startBrowser, Tab } from '../support/browser-tab.ts'
import { writeDashboardConfiguration } from '../support/consumer-with-dashboard.ts'
import { fillStore } from '../support/page-fleet.ts'
import { servePage } from '../support/served-page.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const token = 'a token of sixteen and more'

describe.skipIf(inject('chromium') === '')('a dashboard with a token', () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterAll(async () => browser?.close())

  it('asks for it, refuses another, and then shows what was wanted', async () => {
    await using folder = await temporaryFolder('login')
    const file = join(folder.path, 'metrics.db')
    await fillStore({ kind: 'sqlite', file }, { hosts: 2, rounds: 3, intervalMs: 10_000, nowMs: Date.now() })
    await writeDashboardConfiguration(folder.path, file, { token })
    await using served = await servePage(['serve', '--config', folder.path])
    await using tab = await Tab.open(browser, { width: 360, height: 780 })
    const { page } = tab
    await page.goto(`${served.url}/metrics?q=mail`)
    const field = page.getByLabel('Token')
    await field.waitFor()
    expect(await seriousFindings(page)).toEqual([])
    await tab.picture('login-360-light')
    await field.fill('another token of sixteen')
    await field.press('Enter')
    await page.getByRole('alert').filter({ hasText: /token/ }).waitFor()
    await field.fill(token)
    await field.press('Enter')
    await page.waitForURL(/metrics\?q=mail$/)
    await page.getByRole('link', { name: 'mail.queue' }).waitFor()
    await page.reload()
    await page.getByRole('link', { name: 'mail.queue' }).waitFor()
  })
})
