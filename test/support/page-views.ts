import type { Page } from 'playwright-core'
import { describe, expect, inject, it } from 'vitest'
import { seriousFindings } from './accessibility.ts'
import { fleetUid } from './page-fleet.ts'
import { showFleet } from './shown-fleet.ts'

const views = {
  hosts: '/',
  host: `/hosts?from=now-1h&to=now&host=${fleetUid(0)}`,
  compare: '/compare?m=system.cpu.load_average.1m',
  multiples: '/compare?m=system.network.io&as=multiples',
  sum: '/compare?m=mail.queue&as=sum',
  metrics: '/metrics',
  pipeline: '/pipeline',
  events: '/events?from=now-1d',
} as const

/** What opens over a page. */
const openings: Readonly<Record<string, { readonly path: string; readonly open: (page: Page) => Promise<void> }>> = {
  search: { path: views.host, open: (page) => page.keyboard.press('Control+k') },
  keys: { path: views.hosts, open: (page) => page.keyboard.press('?') },
  range: { path: views.host, open: (page) => page.getByRole('button', { name: /^Time range/ }).click() },
  menu: { path: views.host, open: openMenu },
  table: {
    path: views.host,
    open: async (page) => {
      await openMenu(page)
      await page.getByRole('button', { name: 'View as table' }).click()
    },
  },
  choice: { path: views.compare, open: (page) => page.getByRole('button', { name: /^Hosts: / }).click() },
}

async function openMenu(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^More of CPU utilization/ }).click()
}

const thresholds = [
  { metric: 'system.filesystem.utilization', warn: 0.8, critical: 0.9 },
  { metric: 'mail.queue', warn: 32 },
]

/** Every page at one width, in the light and in the dark: a picture, nothing serious of axe, nothing wider than the window. */
export function describePages(width: number, height: number): void {
  describe.skipIf(inject('chromium') === '')(`every page at ${width} px`, () => {
    const shown = showFleet(
      `pages-${width}`,
      { hosts: 12, rounds: 360, isMissing },
      { pins: ['mail.queue'], thresholds },
    )

    it.each(['light', 'dark'] as const)('is right in the %s', async (colorScheme) => {
      const { url, openTab } = shown()
      await using tab = await openTab({ width, height, colorScheme })
      const faults: string[] = []
      async function look(name: string): Promise<void> {
        await tab.picture(`${name}-${width}-${colorScheme}`)
        const overhang = await tab.overhang()
        if (overhang > 0) faults.push(`${name} is ${overhang} px wider than its window`)
        for (const finding of await seriousFindings(tab.page)) faults.push(`${name}: ${finding}`)
      }
      for (const [name, path] of Object.entries(views)) {
        await tab.show(`${url}${path}`)
        await look(name)
      }
      for (const [name, { path, open }] of Object.entries(openings)) {
        await tab.show(`${url}${path}`)
        await open(tab.page)
        await tab.page.locator('dialog[open], .panel').first().waitFor()
        await look(name)
      }
      expect([...faults, ...tab.complaints]).toEqual([])
    })
  })
}

function isMissing(host: number, round: number): boolean {
  return host === 0 && round > 200 && round < 230
}
