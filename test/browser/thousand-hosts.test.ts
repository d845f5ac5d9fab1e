import { describe, expect, inject, it } from 'vitest'
import { showFleet } from '../support/shown-fleet.ts'

describe.skipIf(inject('chromium') === '')('a thousand hosts', () => {
  const shown = showFleet('thousand', { hosts: 1000, rounds: 2 })

  it('are listed, filtered and scrolled through, with a screenful of them in the document', async () => {
    await using tab = await shown().openTab()
    const { page } = tab
    await tab.show(`${shown().url}/?sort=name`)
    await page.getByRole('heading', { level: 1, name: '1000 hosts' }).waitFor()
    const drawn = page.locator('table.hosts tbody tr:not(.spacer)')
    expect(await drawn.count()).toBeLessThan(60)
    await page.evaluate('window.scrollTo(0, document.documentElement.scrollHeight)')
    await page.getByRole('link', { name: 'web-1000', exact: true }).waitFor()
    expect(await drawn.count()).toBeLessThan(60)
    await tab.picture('thousand-1440-light')
    await page.keyboard.press('/')
    await page.keyboard.type('web-777')
    await page.getByRole('link', { name: 'web-777', exact: true }).waitFor()
    await tab.until('one row', "document.querySelectorAll('table.hosts tbody tr').length === 1")
    expect(tab.complaints).toEqual([])
  })

  it('are one answer of at most a megabyte', async () => {
    const answer = await fetch(`${shown().url}/api/hosts`)
    expect((await answer.arrayBuffer()).byteLength).toBeLessThan(1024 ** 2)
  })

  it('scroll as cards on a narrow screen', async () => {
    await using tab = await shown().openTab({ width: 360, height: 780 })
    const { page } = tab
    await tab.show(`${shown().url}/?sort=name`)
    await page.evaluate('window.scrollTo(0, document.documentElement.scrollHeight)')
    await page.getByRole('link', { name: 'web-1000', exact: true }).waitFor()
    expect(await page.locator('.card').count()).toBeLessThan(20)
  })
})
