import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { request, type RequestOptions } from 'node:https'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CertificateAuthority, type CertificateFiles } from '../support/certificates.ts'
import { fillStore } from '../support/page-fleet.ts'
import { startProgram, type Program } from '../support/program.ts'
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts'

const token = 'a-token-of-a-test-1234'

describe('a dashboard that other machines reach', () => {
  let folder: TemporaryFolder
  let authority: CertificateAuthority
  let pair: CertificateFiles
  let serve: Program
  let port = 0

  /** Writes consumer.config.js and starts `serve` by it. */
  async function start(dashboard: Readonly<Record<string, unknown>>): Promise<Program> {
    const text = `import { defineConsumer, sqlite } from 'hostvitals'
export default defineConsumer({ store: sqlite('metrics.db'), dashboard: ${JSON.stringify(dashboard)} })
`
    await writeFile(join(folder.path, 'consumer.config.js'), text, { mode: 0o600 })
    return startProgram(['serve', '--config', folder.path, '--listen', '0.0.0.0', '--port', '0'])
  }

  beforeAll(async () => {
    folder = await temporaryFolder('dashboard-tls')
    authority = await CertificateAuthority.create(folder.path, 'ca')
    pair = await authority.sign({ name: 'dashboard', host: 'localhost' })
    const file = join(folder.path, 'metrics.db')
    await fillStore({ kind: 'sqlite', file }, { hosts: 1, rounds: 1, intervalMs: 10_000, nowMs: Date.now() })
    serve = await start({ token, tls: pair, allowedHosts: ['localhost'] })
    port = Number(/https:\/\/0\.0\.0\.0:(\d+)/.exec(await serve.line(/dashboard\.listening/))?.[1])
  })
  afterAll(async () => {
    await serve?.[Symbol.asyncDispose]()
    await folder?.[Symbol.asyncDispose]()
  })

  async function ask(options: RequestOptions, body = '') {
    const asked = request({
      host: 'localhost',
      servername: 'localhost',
      port,
      ca: await readFile(authority.cert),
      ...options,
    })
    asked.end(body)
    const [answer] = await once(asked, 'response')
    answer.resume()
    return { status: answer.statusCode, cookie: String(answer.headers['set-cookie']) }
  }

  it('answers over TLS, by its certificate, to whom it knows', async () => {
    expect(await ask({ path: '/' })).toMatchObject({ status: 200 })
    expect(await ask({ path: '/api/hosts' })).toMatchObject({ status: 401 })
    const authorization = `Bearer ${token}`
    expect(await ask({ path: '/api/hosts', headers: { authorization } })).toMatchObject({ status: 200 })
    expect(await ask({ path: '/api/hosts', headers: { authorization, host: 'evil.example' } })).toMatchObject({
      status: 421,
    })
  })

  it('gives a cookie that goes over TLS alone', async () => {
    const headers = { 'content-type': 'application/json' }
    const { status, cookie } = await ask({ path: '/api/session', method: 'POST', headers }, JSON.stringify({ token }))
    expect(status).toBe(200)
    expect(cookie).toMatch(/^__Host-hostvitals_session=.*Secure/)
  })

  it('is not believed by who does not trust its CA', async () => {
    await expect(ask({ path: '/', ca: [] })).rejects.toThrow(/self-signed|unable to verify|local issuer/)
  })

  it('speaks neither plain HTTP nor an old TLS', async () => {
    await expect(fetch(`http://localhost:${port}/`)).rejects.toThrow('fetch failed')
    const old = connect({
      host: 'localhost',
      port,
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1.1',
      ciphers: 'ALL@SECLEVEL=0',
    })
    const [error] = await once(old, 'error')
    expect(String(error)).toMatch(/alert|version/i)
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      expect(await ask({ path: '/', maxVersion: version, minVersion: version })).toMatchObject({ status: 200 })
    }
  })

  it.each([
    ['no TLS', { token }, /dashboard: \{ tls: /],
    ['no token', { tls: true }, /token: secret/],
    ['a key of another certificate', { token, tls: 'other' }, /dashboard\.tls: .* cannot be used: .*mismatch/],
  ])(
    'does not begin with %s, and says what to write',
    async (_words, { tls, ...rest }: Readonly<Record<string, unknown>>, line) => {
      const other = await authority.sign({ name: 'other', host: 'localhost' })
      const given = { ...pair, ...(tls === 'other' ? { key: other.key } : {}) }
      await using program = await start({ ...rest, ...(tls === undefined ? {} : { tls: given }) })
      const { code, stderr, stdout } = await program.ending()
      expect(code).toBe(78)
      expect(stderr).toMatch(line)
      expect(stdout).not.toContain('dashboard.listening')
    },
  )
})
