import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { CertificateAuthority, type CertificateFiles } from '../support/certificates.ts'
import { startPathProxy } from '../support/path-proxy.ts'
import { showFleet } from '../support/shown-fleet.ts'
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts'

const token = 'a token of sixteen and more'

describe.skipIf(inject('chromium') === '')('below the path of a proxy', () => {
  const shown = showFleet('proxy-path', { hosts: 2, rounds: 60 }, { base: '/ops/vitals', token, behindProxy: true })
  let folder: TemporaryFolder
  let certificate: CertificateFiles

  beforeAll(async () => {
    folder = await temporaryFolder('proxy-certificate')
    const authority = await CertificateAuthority.create(folder.path, 'ca')
    certificate = await authority.sign({ name: 'proxy', host: 'localhost' })
  })
  afterAll(async () => folder?.[Symbol.asyncDispose]())

  it.each([
    ['takes the path off', true],
    ['hands the path on', false],
  ])('all of it works where the proxy %s: sign-in, views, charts, the stream, files', async (_words, takesOff) => {
    const { url, openTab } = shown()
    await using proxy = await startPathProxy({ to: url, path: '/ops/vitals', certificate, takesOff })
    await using tab = await openTab({ ignoreHTTPSErrors: true })
    const { page } = tab
    // Without the last slash, as people type it.
    await page.goto(`${proxy.url}/ops/vitals`)
    await page.getByLabel('Token').fill(token)
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByRole('link', { name: 'web-2' }).click()
    await page.waitForURL(/\/ops\/vitals\/hosts\?(?:.*&)?host=/)
    await page.locator('.u-over').first().waitFor()
    await page.getByRole('button', { name: '● live' }).waitFor()
    await page.getByRole('button', { name: /^More of CPU utilization/ }).click()
    const saving = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Save CSV' }).click()
    expect((await saving).suggestedFilename()).toBe('hostvitals-system.cpu.utilization.csv')
    const cookies = await page.context().cookies()
    expect(cookies).toMatchObject([
      { name: '__Host-hostvitals_session', httpOnly: true, secure: true, sameSite: 'Strict' },
    ])
    // An address of a view opened anew, and what stands in the page's head.
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'web-2' }).waitFor()
    await page.getByRole('link', { name: 'Metrics', exact: true }).click()
    await page.getByRole('link', { name: 'mail.queue' }).waitFor()
    expect(proxy.strays).toEqual([])
    // Until one has signed in, that is what the server answers.
    expect(tab.complaints.filter((text) => !text.includes('401'))).toEqual([])
  })

  it('the printed address works here as well, without the proxy', async () => {
    const { url } = shown()
    const answer = await fetch(`${url}/ops/vitals`)
    expect(answer.status).toBe(200)
    const asset = /src="(\/ops\/vitals\/assets\/theme\.js)"/.exec(await answer.text())?.[1]
    expect((await fetch(`${url}${asset}`)).status).toBe(200)
    expect((await fetch(`${url}/ops/vitals/api/hosts`)).status).toBe(401)
    expect((await fetch(`${url}/ops/vitals-and-more/api/hosts`)).status).toBe(404)
  })
})
