import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { findChromium, toGetChromium } from '../test/support/chromium.ts'
import { servePage } from '../test/support/served-page.ts'
import { temporaryFolder } from '../test/support/temporary-folder.ts'
import { type Figures, type Measured, measured, rounded } from './report.ts'

const opens = 7
const starts = 3
const patienceMs = 60_000

/** Builds the page where it is older than its source. */
export function buildPage(): void {
  execFileSync(process.execPath, [join(import.meta.dirname, '../tools/ensure-page.mjs')], { stdio: ['ignore', 2, 2] })
}

/**
 * How soon a person sees a chart with numbers: from the opening of a host's page over a day, in a browser that has never been
 * there; and from the start of `up` in an empty folder, with one click on the address that it prints. Throws where the machine
 * has no Chromium, and where no chart comes.
 */
export async function firstCharts(dashboardUrl: string, uids: readonly string[]): Promise<readonly Measured[]> {
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error(`there is no Chromium: ${toGetChromium}; or say --no-browser`)
  await using held = new AsyncDisposableStack()
  const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] })
  held.defer(() => browser.close())
  const opened: Figures[] = []
  for (let each = -1; each < opens; each++) {
    const uid = uids[((each + 1) * 7) % uids.length] ?? ''
    const p50Ms = await untilChart(browser, async (page) => {
      await page.goto(`${dashboardUrl}/hosts?from=now-24h&to=now&host=${uid}`, { waitUntil: 'commit' })
    })
    // The browser's own first page is not ours.
    if (each >= 0) opened.push({ p50Ms })
  }
  const started: Figures[] = []
  for (let each = 0; each < starts; each++) started.push(await untilChartOfUp(browser))
  return [
    { ...measured('first chart after the page opens', opened), remark: 'goal: 1 000 ms' },
    { ...measured('up, to its first chart with data', started), remark: 'goal: 10 000 ms' },
  ]
}

async function untilChartOfUp(browser: Browser): Promise<Figures> {
  await using folder = await temporaryFolder('hostvitals-bench')
  const beganMs = performance.now()
  await using served = await servePage(['up', '--data', folder.path])
  const addressMs = rounded(performance.now() - beganMs)
  await untilChart(browser, async (page) => {
    await page.goto(served.url, { waitUntil: 'commit' })
    await page.locator('table.hosts .host-name').click({ timeout: patienceMs })
  })
  const p50Ms = rounded(performance.now() - beganMs)
  await served.program.stop()
  return { p50Ms, addressMs }
}

/** Milliseconds until, in a new tab, a chart is drawn and its legend tells a value. */
async function untilChart(browser: Browser, open: (page: Page) => Promise<void>): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  const beganMs = performance.now()
  await open(page)
  await page.locator('.chart canvas').first().waitFor({ timeout: patienceMs })
  await page.locator('.chart .legend b').filter({ hasText: /\d/ }).first().waitFor({ timeout: patienceMs })
  const ms = rounded(performance.now() - beganMs)
  await context.close()
  return ms
}
