import { chromium, type Page } from 'playwright-core'
import { findChromium, toGetChromium } from '../test/support/chromium.ts'
import { servePage } from '../test/support/served-page.ts'
import { temporaryFolder } from '../test/support/temporary-folder.ts'
import { type Spread, spreadOf } from './spread.ts'

/** How soon a person sees a chart with data. */
export interface FirstCharts {
  /** From the opening of a host's page, in a new tab each time, to its first chart with numbers. */
  readonly openedToChartMs: Spread
  /** The same of the page of one chart over a day. */
  readonly upToAddressMs: number
  /** From the start of `up` in an empty folder to the first chart with numbers, one click on the printed address. */
  readonly upToChartMs: number
}

const opens = 7
const patienceMs = 60_000

/** Looks with the machine's Chromium. Throws where it has none, and where no chart comes. */
export async function firstCharts(dashboardUrl: string, uids: readonly string[]): Promise<FirstCharts> {
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error(`no Chromium: ${toGetChromium}; or say --no-browser`)
  await using held = new AsyncDisposableStack()
  const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] })
  held.defer(() => browser.close())
  const times: number[] = []
  for (let each = 0; each < opens; each++) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
    const page = await context.newPage()
    const beganMs = performance.now()
    await page.goto(`${dashboardUrl}/hosts/${uids[(each * 7) % uids.length] ?? ''}?from=now-24h`, {
      waitUntil: 'commit',
    })
    await chartWithNumbers(page)
    times.push(performance.now() - beganMs)
    await context.close()
  }
  return { openedToChartMs: spreadOf(times), ...(await upToChart(await browser.newPage())) }
}

async function upToChart(page: Page): Promise<Pick<FirstCharts, 'upToChartMs' | 'upToAddressMs'>> {
  await using folder = await temporaryFolder('hostvitals-bench')
  const beganMs = performance.now()
  await using served = await servePage(['up', '--data', folder.path])
  const upToAddressMs = Math.round(performance.now() - beganMs)
  await page.goto(served.url, { waitUntil: 'commit' })
  await page.locator('table.hosts .host-name').click({ timeout: patienceMs })
  await chartWithNumbers(page)
  const upToChartMs = Math.round(performance.now() - beganMs)
  await served.program.stop()
  return { upToAddressMs, upToChartMs }
}

/** Its legend tells a value, and its line is drawn. */
async function chartWithNumbers(page: Page): Promise<void> {
  await page.locator('.chart canvas').first().waitFor({ timeout: patienceMs })
  await page.locator('.chart .legend b').filter({ hasText: /\d/ }).first().waitFor({ timeout: patienceMs })
}
