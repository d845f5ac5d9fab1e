import { describe, expect, inject, it } from 'vitest'
import { fleetUid } from '../support/page-fleet.ts'
import { showFleet } from '../support/shown-fleet.ts'

const names = ['web-1', 'web-2', 'web-3', 'db-1', 'db-2', 'build-1', 'mail-1', 'cache-1', 'queue-1']
const thresholds = [
  { metric: 'system.filesystem.utilization', warn: 0.8, critical: 0.9 },
  { metric: 'system.cpu.load_average.1m', warn: 6 },
  { metric: 'mail.queue', warn: 33 },
]

/** One host has been down for five minutes, another had a gap. */
function isMissing(host: number, round: number): boolean {
  return host === 4 ? round > 330 : host === 0 && round > 160 && round < 200
}

describe.skipIf(inject('chromium') === '')('the pictures of README.md', () => {
  const shown = showFleet(
    'readme-pictures',
    { hosts: 9, rounds: 360, name: (host) => names[host] ?? '', isMissing },
    { pins: ['mail.queue'], thresholds },
  )

  it('show a host that is down, and why, and thresholds in words', async () => {
    const { url, openTab } = shown()
    await using tab = await openTab({ width: 1400, height: 420 })
    await tab.show(url)
    await tab.page.getByText(/^└ interval 10s, last sample 5 m/).waitFor()
    expect(await tab.page.locator('.mark-critical').count()).toBeGreaterThan(1)
    await tab.picture('dashboard-hosts')
  })

  it('show a crosshair over all charts, a gap that is not joined, and a threshold', async () => {
    const { url, openTab } = shown()
    await using tab = await openTab({ width: 1000, height: 720, colorScheme: 'dark' })
    await tab.show(`${url}/hosts?from=now-1h&to=now&host=${fleetUid(0)}`)
    const box = await tab.page.locator('.u-over').first().boundingBox()
    if (box === null) throw new Error('the first chart is not to be seen')
    await tab.page.mouse.move(box.x + box.width * 0.8, box.y + box.height / 2)
    await tab.page.locator('.cursor-time').nth(3).waitFor()
    expect(await tab.page.locator('.notes').first().textContent()).toBe('warn from 6')
    await tab.picture('dashboard-host')
  })
})
