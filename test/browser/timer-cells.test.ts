import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { ChartsAnswer } from '../../src/dashboard/api.ts'
import { startBrowser, Tab } from '../support/browser-tab.ts'
import { servePage } from '../support/served-page.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const configuration = `import { defineProducer, timer } from 'hostvitals'
export default defineProducer({ interval: '1s', metrics: [timer('job.run', () => undefined)] })
`

describe.skipIf(inject('chromium') === '')('the cells of a timer', () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterAll(async () => browser?.close())

  it('come with its live values, long before the chart is asked for anew by itself', async () => {
    await using folder = await temporaryFolder('timer-cells')
    await writeFile(join(folder.path, 'producer.config.js'), configuration, { mode: 0o600 })
    await using served = await servePage(['up', '--config', folder.path, '--data', folder.path])
    await using tab = await Tab.open(browser)
    const { page } = tab
    const newest: number[] = []
    page.on('response', (response) => {
      const { pathname, searchParams } = new URL(response.url())
      if (pathname !== '/api/charts' || !searchParams.getAll('m').includes('job.run')) return
      void response.json().then((answer: ChartsAnswer) => {
        const chart = answer.charts.find(({ metric }) => metric === 'job.run')
        const step = chart?.heatmap?.counts.findLastIndex((row) => row.some((count) => count > 0)) ?? -1
        return newest.push(chart?.times[step] ?? 0)
      })
    })
    await page.goto(served.url)
    await page.getByRole('link', { name: /./ }).and(page.locator('.host-name')).click()
    await page.locator('figure[data-metric="job.run"] .u-over').waitFor()
    // Asked for by itself it is once a minute.
    await expect.poll(() => new Set(newest).size, { timeout: 30_000 }).toBeGreaterThan(2)
    await tab.picture('timer-1440-light')
    expect(tab.complaints).toEqual([])
  })
})
