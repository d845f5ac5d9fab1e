import { describe, expect, inject, it } from 'vitest'
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
})
