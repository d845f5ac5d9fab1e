import type { Page } from 'playwright-core'
import { describe, expect, inject, it } from 'vitest'
import { fleetUid } from '../support/page-fleet.ts'
import { showFleet } from '../support/shown-fleet.ts'

/** Drags over the first chart from a third of its width to two thirds. */
async function drag(page: Page): Promise<void> {
  const box = await page.locator('.u-over').first().boundingBox()
  if (box === null) throw new Error('the first chart is not to be seen')
  const y = box.y + box.height / 2
  await page.mouse.move(box.x + box.width / 3, y)
  await page.mouse.down()
  await page.mouse.move(box.x + (box.width * 2) / 3, y, { steps: 4 })
  await page.mouse.up()
  await page.waitForURL(/from=20.*to=20/)
}

/** What a view shows of its address. */
async function read(page: Page): Promise<readonly string[]> {
  return [
    ...(await page.locator('.range .opener').allTextContents()),
    ...(await page.locator('.chart h2').allTextContents()),
    ...(await page.locator('select').evaluateAll((all: { value: string }[]) => all.map(({ value }) => value))),
  ]
}

/** A moment so many hours ago, as a reader in Kolkata types it: five and a half hours ahead of UTC. */
function inKolkata(hoursAgo: number): string {
  return new Date(Date.now() - (hoursAgo - 5.5) * 3_600_000).toISOString().slice(0, 19)
}

/** Of the day, from `13:31:05`. */
function minutesOf(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))
}

describe.skipIf(inject('chromium') === '')('the range of a view', () => {
  const shown = showFleet('zoom', { hosts: 2, rounds: 360 })
  const host = `/hosts?from=now-1h&to=now&host=${fleetUid(0)}`

  it('is zoomed by a drag on every chart and in the address; a double click and the browser lead back', async () => {
    await using tab = await shown().openTab()
    const { page } = tab
    await tab.show(`${shown().url}${host}`)
    const before = page.url()
    const asked = new Set<string>()
    page.on('request', (request) => {
      const url = new URL(request.url())
      if (url.pathname === '/api/charts') asked.add(`${url.searchParams.get('from')} ${url.searchParams.get('to')}`)
    })
    await drag(page)
    const zoomed = new URL(page.url())
    const [from, to] = ['from', 'to'].map((name) => Date.parse(zoomed.searchParams.get(name) ?? ''))
    expect(((to ?? 0) - (from ?? 0)) / 60_000).toBeCloseTo(20, 0)
    await tab.settled()
    expect([...asked]).toEqual([`${zoomed.searchParams.get('from')} ${zoomed.searchParams.get('to')}`])

    await page.locator('.u-over').first().dblclick()
    await page.waitForURL(before)
    await page.goBack()
    await page.waitForURL(zoomed.href)
    await page.goBack()
    await page.waitForURL(before)
    expect(tab.complaints).toEqual([])
  })

  it('opens elsewhere as it was left: range, host, metric, and what is chosen', async () => {
    await using tab = await shown().openTab()
    await tab.show(`${shown().url}/compare?m=mail.queue&as=multiples&top=5`)
    await drag(tab.page)
    await tab.settled()
    const seen = await read(tab.page)
    await using other = await shown().openTab({ width: 800 })
    await other.show(tab.page.url())
    expect(await read(other.page)).toEqual(seen)
    expect(seen).toContain('mail.queue')
  })

  it('is typed, and says what is no time', async () => {
    await using tab = await shown().openTab()
    const { page } = tab
    await tab.show(`${shown().url}${host}`)
    await page.getByRole('button', { name: /^Time range/ }).click()
    const field = page.getByLabel('Typed')
    await field.fill('yesterday')
    await field.press('Enter')
    await page.getByRole('alert').filter({ hasText: "'yesterday' is no time" }).waitFor()
    await field.fill('-100y')
    await field.press('Enter')
    await page.getByRole('alert').filter({ hasText: 'longer than two years' }).waitFor()
    await field.fill('-3h')
    await field.press('Enter')
    await page.waitForURL(/from=now-3h/)
    await page.getByRole('button', { name: 'Time range: last 3 h' }).waitFor()
    expect(tab.complaints).toEqual([])
  })

  it('is picked by two moments, and told in the reader’s time and in UTC', async () => {
    await using tab = await shown().openTab({ timezoneId: 'Asia/Kolkata' })
    const { page } = tab
    await tab.show(`${shown().url}${host}`)
    await page.getByRole('button', { name: /^Time range/ }).click()
    await page.getByLabel('From').fill(inKolkata(2))
    await page.getByLabel('To').fill(inKolkata(0))
    await page.getByRole('button', { name: 'Show', exact: true }).last().click()
    await page.waitForURL(/from=20.*to=20/)
    const [from, to] = ['from', 'to'].map((name) => Date.parse(new URL(page.url()).searchParams.get(name) ?? ''))
    expect([(Date.now() - (from ?? 0)) / 3_600_000, (Date.now() - (to ?? 0)) / 3_600_000]).toEqual([
      expect.closeTo(2, 1),
      expect.closeTo(0, 1),
    ])
    await tab.settled()
    await page.getByRole('application').first().focus()
    await page.keyboard.press('End')
    await page.keyboard.press('ArrowLeft')
    const told = (await page.locator('.cursor-time').first().textContent()) ?? ''
    const [, here = '', utc = ''] = /^(\d\d:\d\d:\d\d) (\d\d:\d\d:\d\d) UTC$/.exec(told) ?? []
    expect((minutesOf(here) - minutesOf(utc) + 1440) % 1440).toBe(330)
    expect(tab.complaints).toEqual([])
  })

  it('of a hundred years in an address is refused in words', async () => {
    await using tab = await shown().openTab()
    await tab.page.goto(`${shown().url}/compare?m=mail.queue&from=1926-01-01T00:00:00Z&to=now`)
    const notice = tab.page
      .getByRole('alert')
      .filter({ hasText: /year|range/ })
      .first()
    await notice.waitFor()
    expect(await notice.textContent()).toMatch(/\w/)
  })
})
