import { describe, expect, inject, it } from 'vitest'
import { seriousFindings } from '../support/accessibility.ts'
import { fleetUid } from '../support/page-fleet.ts'
import { showFleet } from '../support/shown-fleet.ts'

const focused = "document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? ''"

describe.skipIf(inject('chromium') === '')('by keyboard alone', () => {
  const shown = showFleet('keyboard', { hosts: 3, rounds: 120 })

  it('one gets from the list to a value of a chart, into its table, and back', async () => {
    await using tab = await shown().openTab()
    const { page } = tab
    await tab.show(shown().url)
    await page.keyboard.press('Tab')
    expect(await page.evaluate<string>(focused)).toBe('Skip to the content')
    await page.keyboard.press('/')
    await page.keyboard.type('web-2')
    await page.waitForURL(/q=web-2/)
    await page.keyboard.press('Escape')
    for (let presses = 0; presses < 20; presses++) {
      await page.keyboard.press('Tab')
      if ((await page.evaluate<string>(focused)) === 'web-2') break
    }
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'web-2' }).waitFor()
    await tab.settled()

    const chart = page.getByRole('application').first()
    await chart.focus()
    expect(await page.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle')).not.toBe('none')
    await page.keyboard.press('End')
    const spoken = page.locator('.chart [aria-live]').first()
    const last = await spoken.textContent()
    expect(last).toMatch(/\d{2}:\d{2}:\d{2}: .*%/)
    await page.keyboard.press('ArrowLeft')
    expect(await spoken.textContent()).not.toBe(last)
    // The crosshair stands on the other charts as well.
    expect(await page.locator('.cursor-time').count()).toBeGreaterThan(1)

    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: /as a table/ }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    expect(tab.complaints).toEqual([])
  })

  it('keys go from page to page, shift the range and hold the live values', async () => {
    await using tab = await shown().openTab()
    const { page } = tab
    await tab.show(`${shown().url}/events`)
    await page.keyboard.press('[')
    await page.waitForURL(/from=20/)
    await page.keyboard.press(']')
    await page.waitForURL(/from=now-1h&to=now/)
    for (const [key, heading] of [
      ['m', /metrics/],
      ['p', /Pipeline/],
      ['c', /Compare/],
      ['e', /Events/],
      ['h', /hosts/],
    ] as const) {
      await page.keyboard.press('g')
      await page.keyboard.press(key)
      await page.getByRole('heading', { level: 1, name: heading }).waitFor()
    }
    await page.getByRole('button', { name: '● live' }).waitFor()
    await page.keyboard.press('l')
    await page.getByRole('button', { name: '‖ paused' }).waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    expect(tab.complaints).toEqual([])
  })

  it('a search finds a host, a metric and a page from anywhere, and says where it stands', async () => {
    await using tab = await shown().openTab()
    const { page } = tab
    await tab.show(`${shown().url}/events?from=now-3h&to=now`)
    await page.keyboard.press('Control+k')
    const field = page.getByRole('combobox', { name: /^Find a host/ })
    await field.waitFor()
    const active = "document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.textContent"
    await page.getByRole('option', { name: /^host web-3/ }).waitFor()
    expect(await page.evaluate<string>(active)).toMatch(/^pageHosts/)
    expect(await seriousFindings(page)).toEqual([])
    await tab.picture('search-empty-1440-light')
    await page.keyboard.type('web')
    await page.keyboard.press('ArrowDown')
    expect(await page.evaluate<string>(active)).toMatch(/^hostweb-2/)
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowUp')
    expect(await page.evaluate<string>(active)).toMatch(/^hostweb-3/)
    await page.keyboard.press('Enter')
    // The range stays, and the focus is at what was looked for.
    await page.waitForURL(`**/hosts?from=now-3h&to=now&host=${fleetUid(2)}`)
    await page.getByRole('heading', { level: 1, name: 'web-3' }).waitFor()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('content')

    // From within a field, too; and what is not there is said.
    await page.keyboard.press('/')
    await page.keyboard.press('Control+k')
    await page.keyboard.type('no such thing')
    await page.getByText('No host, metric or page is called so.').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.keyboard.press('Meta+k')
    await page.keyboard.type('mail')
    await page.getByRole('option', { name: /^metric mail\.queue/ }).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL(/compare\?from=now-3h&to=now&m=mail\.queue/)
    expect(tab.complaints).toEqual([])
  })
})
