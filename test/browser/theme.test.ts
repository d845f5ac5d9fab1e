import { describe, expect, inject, it } from 'vitest'
import { showFleet } from '../support/shown-fleet.ts'

describe.skipIf(inject('chromium') === '')('what a reader has chosen', () => {
  const shown = showFleet('theme', { hosts: 2, rounds: 3 })

  it('theme: its ground stands from the first paint on, before the page’s script has run', async () => {
    await using tab = await shown().openTab({ colorScheme: 'light' })
    await tab.show(shown().url)
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

  it('no motion: nothing moves', async () => {
    await using tab = await shown().openTab({ reducedMotion: 'reduce' })
    await tab.show(shown().url)
    expect(await tab.page.evaluate<number>('document.getAnimations().length')).toBe(0)
  })
})
