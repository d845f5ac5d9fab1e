import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { seriousFindings } from '../support/accessibility.ts'
import { startBrowser, Tab } from '../support/browser-tab.ts'
import { ownSqlite, type OwnDatabase } from '../support/own-database.ts'
import { fillStore, fleetUid } from '../support/page-fleet.ts'
import { servePage, type ServedPage } from '../support/served-page.ts'

const views = {
  hosts: '/',
  cards: '/?view=cards',
  host: `/hosts?from=now-1h&to=now&host=${fleetUid(0)}`,
  compare: '/compare?m=system.cpu.load_average.1m',
  multiples: '/compare?m=system.network.io&as=multiples',
  sum: '/compare?m=mail.queue&as=sum',
  metrics: '/metrics',
  pipeline: '/pipeline',
  events: '/events?from=now-1d',
} as const

function isMissing(host: number, round: number): boolean {
  return host === 0 && round > 200 && round < 230
}

const screens = [1440, 360].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
)

describe.skipIf(inject('chromium') === '')('every page', () => {
  let database: OwnDatabase
  let served: ServedPage
  let browser: Browser

  beforeAll(async () => {
    database = await ownSqlite('every-page')
    const nowMs = Date.now()
    await fillStore(database.location, { hosts: 12, rounds: 360, intervalMs: 10_000, nowMs, isMissing })
    served = await servePage(['serve', '--store', database.url])
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await served?.[Symbol.asyncDispose]()
    await database?.[Symbol.asyncDispose]()
  })

  it.each(screens)('is right at $width px in the $colorScheme', async ({ width, colorScheme }) => {
    await using tab = await Tab.open(browser, { width, colorScheme, height: width === 360 ? 780 : 900 })
    const faults: string[] = []
    for (const [name, path] of Object.entries(views)) {
      await tab.show(`${served.url}${path}`)
      await tab.picture(`${name}-${width}-${colorScheme}`)
      const overhang = await tab.overhang()
      if (overhang > 0) faults.push(`${name} is ${overhang} px wider than its window`)
      for (const finding of await seriousFindings(tab.page)) faults.push(`${name}: ${finding}`)
    }
    expect([...faults, ...tab.complaints]).toEqual([])
  })

  it('shows a ground of the chosen theme from the first paint on, with nothing inline', async () => {
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

  it('stands still for who wants no motion', async () => {
    await using tab = await Tab.open(browser, { reducedMotion: 'reduce' })
    await tab.show(served.url)
    expect(await tab.page.evaluate<number>('document.getAnimations().length')).toBe(0)
  })
})
