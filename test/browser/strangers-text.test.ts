import { readFile } from 'node:fs/promises'
import { describe, expect, inject, it } from 'vitest'
import { fleetUid } from '../support/page-fleet.ts'
import { showFleet } from '../support/shown-fleet.ts'

const script = '<script>window.taken = 1</script>'
const image = '"><img src=x onerror="window.taken = 1">'

describe.skipIf(inject('chromium') === '')('text of strangers', () => {
  const shown = showFleet('strangers', {
    hosts: 2,
    rounds: 30,
    name: (host) => (host === 0 ? script : `=cmd|'/c calc'!A${host}`),
    labels: () => ({ site: image }),
  })

  it('is shown as text on every page, and runs nowhere', async () => {
    await using tab = await shown().openTab()
    const { page } = tab
    await tab.show(shown().url)
    await page.getByRole('link', { name: script }).waitFor()
    expect(await page.locator('.label').first().textContent()).toBe(image)
    const paths = [
      `/hosts?host=${fleetUid(0)}`,
      '/compare?m=mail.queue',
      '/events?from=now-1d',
      '/metrics',
      '/pipeline',
    ]
    for (const path of paths) await tab.show(`${shown().url}${path}`)
    const address = `/compare?m=${encodeURIComponent(script)}&host=${encodeURIComponent(image)}&q=${encodeURIComponent(image)}`
    await page.goto(`${shown().url}${address}`)
    await page.getByRole('alert').filter({ hasText: /\w/ }).first().waitFor()
    expect(await page.evaluate('window.taken')).toBeUndefined()
    expect(await page.locator('main img, main script').count()).toBe(0)
  })

  it('is no formula in a file', async () => {
    await using tab = await shown().openTab()
    const { page } = tab
    await tab.show(`${shown().url}/compare?m=mail.queue`)
    await page.getByRole('button', { name: /^More of/ }).click()
    const saving = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Save CSV' }).click()
    const text = await readFile(await (await saving).path(), 'utf8')
    expect(text).toContain(`'=cmd|`)
    expect(text).not.toMatch(/(?:^|,)"?=cmd/m)
  })

  it('breaks no policy of the page', async () => {
    const answer = await fetch(shown().url)
    expect(answer.headers.get('content-security-policy')).toMatch(
      /default-src 'none'; script-src 'self'; style-src 'self'/,
    )
    await using tab = await shown().openTab()
    await tab.show(shown().url)
    await tab.page.getByRole('link', { name: script }).click()
    await tab.settled()
    expect(tab.complaints).toEqual([])
  })
})
