import { expect, it } from 'vitest'
import { VirtualClock } from '../support/virtual-clock.ts'
import { dashboardWorld } from '../support/dashboard-world.ts'

const token = 'a-token-of-a-test-1234'
const json = { 'content-type': 'application/json' }

function signIn(given: string, headers: Readonly<Record<string, string>> = {}): RequestInit {
  return { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify({ token: given }) }
}

/** The socket of a request that came from this address. */
function from(remoteAddress: string): object {
  return { incoming: { socket: { remoteAddress } } }
}

it('puts the same headers on every answer, errors and the page too', async () => {
  await using dashboard = await dashboardWorld()
  const addresses = ['/', '/api/hosts', '/api/nothing', '/nothing', '/api/charts', '/api/session']
  const answers = await Promise.all(addresses.map(async (address) => dashboard.app.request(address)))
  const names = [
    'content-security-policy',
    'x-content-type-options',
    'referrer-policy',
    'cross-origin-opener-policy',
    'cross-origin-resource-policy',
    'access-control-allow-origin',
  ]
  expect(answers.map(({ headers }) => names.map((name) => headers.get(name)))).toEqual(
    addresses.map(() => [
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
      'nosniff',
      'no-referrer',
      'same-origin',
      'same-origin',
      null,
    ]),
  )
})

it.each([
  ['localhost:7070', 200],
  ['127.0.0.1', 200],
  ['[::1]:7070', 200],
  ['vitals.example.com', 200],
  ['VITALS.example.com:443', 200],
  ['evil.example', 421],
  ['127.0.0.1.evil.example', 421],
  ['localhost.evil.example', 421],
  ['192.0.2.7', 421],
  ['evil.example@localhost', 421],
  ['', 421],
])('answers under the name %s with %i where it listens on loopback', async (host, status) => {
  await using dashboard = await dashboardWorld({ hosts: { allowedHosts: ['vitals.example.com'] } })
  const answer = await dashboard.app.request('/api/session', { headers: { host } })
  expect(answer.status).toBe(status)
})

it('takes any number for a host, and no other name, where other machines are let in', async () => {
  const hosts = { listen: '0.0.0.0', isLoopback: false }
  await using dashboard = await dashboardWorld({ hosts, access: { token } })
  const status = async (host: string): Promise<number> =>
    (await dashboard.app.request('/api/session', { headers: { host } })).status
  expect([await status('192.0.2.7:7070'), await status('[2001:db8::1]'), await status('evil.example')]).toEqual([
    200, 200, 421,
  ])
})

it('gives data to nobody without the token, and tells no difference between addresses', async () => {
  await using dashboard = await dashboardWorld({ access: { token } })
  const guarded = [
    'hosts',
    'hosts/x',
    'charts?m=load',
    'export?m=load',
    'metrics',
    'pipeline',
    'events',
    'live',
    'nothing',
  ]
  const answers = await Promise.all(guarded.map(async (address) => dashboard.app.request(`/api/${address}`)))
  expect(answers.map(({ status, headers }) => [status, headers.get('www-authenticate')])).toEqual(
    guarded.map(() => [401, 'Bearer realm="hostvitals"']),
  )
  expect((await dashboard.app.request('/')).status).toBe(200)
  const session = await dashboard.app.request('/api/session')
  expect(await session.json()).toEqual({ needsToken: true, isSignedIn: false })
  const wrong = await dashboard.app.request('/api/hosts', { headers: { authorization: `Bearer ${token}x` } })
  expect(wrong.status).toBe(401)
  for (let time = 0; time < 2; time++) {
    const right = await dashboard.app.request('/api/hosts', { headers: { authorization: `Bearer ${token}` } })
    expect(right.status).toBe(200)
  }
})

it.each([
  [false, /^hostvitals_session=[\w-]{43}; /],
  [true, /^__Host-hostvitals_session=[\w-]{43}; /],
])(
  'signs a browser in by a cookie that no script reads and no other site sends (HTTPS: %s), and out',
  async (isSecure, form) => {
    await using dashboard = await dashboardWorld({ access: { token, isSecure } })
    const { app } = dashboard
    const answer = await app.request('/api/session', signIn(token))
    expect([answer.status, await answer.json()]).toEqual([200, { needsToken: true, isSignedIn: true }])
    const set = answer.headers.get('set-cookie') ?? ''
    expect(set).toMatch(form)
    expect(set).toContain('HttpOnly')
    expect(set).toContain('SameSite=Strict')
    expect(set).toContain('Path=/')
    expect(set.includes('Secure')).toBe(isSecure)
    expect(set).not.toContain(token)
    const cookie = set.split(';')[0] ?? ''
    expect((await app.request('/api/hosts', { headers: { cookie } })).status).toBe(200)
    expect((await app.request('/api/hosts', { headers: { cookie: `${cookie}x` } })).status).toBe(401)
    const out = await app.request('/api/session', { method: 'DELETE', headers: { cookie } })
    expect(out.status).toBe(200)
    expect(out.headers.get('set-cookie')).toContain('Max-Age=0')
    expect((await app.request('/api/hosts', { headers: { cookie } })).status).toBe(401)
  },
)

it('takes no sign-in and no sign-out from a page of elsewhere, and none in another form', async () => {
  await using dashboard = await dashboardWorld({ access: { token } })
  const { app } = dashboard
  const status = async (init: RequestInit): Promise<number> => (await app.request('/api/session', init)).status
  expect(await status(signIn(token, { origin: 'https://evil.example' }))).toBe(403)
  expect(await status(signIn(token, { origin: 'null' }))).toBe(403)
  expect(await status(signIn(token, { 'sec-fetch-site': 'cross-site' }))).toBe(403)
  expect(await status(signIn(token, { 'sec-fetch-site': 'same-site' }))).toBe(403)
  expect(await status({ method: 'DELETE', headers: { origin: 'https://evil.example' } })).toBe(403)
  expect(await status(signIn(token, { origin: 'http://localhost', 'sec-fetch-site': 'same-origin' }))).toBe(200)
  expect(
    await status({ method: 'POST', headers: { 'content-type': 'text/plain' }, body: JSON.stringify({ token }) }),
  ).toBe(400)
  expect(await status({ method: 'POST', headers: json, body: '{"token"' })).toBe(400)
  expect(await status({ method: 'POST', headers: json, body: JSON.stringify({ token: 1 }) })).toBe(400)
  expect(await status(signIn('x'.repeat(5000)))).toBe(413)
})

it('makes an address wait that sent five wrong tokens, and no other', async () => {
  const clock = new VirtualClock()
  await using dashboard = await dashboardWorld({ access: { token }, clock })
  const { app } = dashboard
  const status = async (given: string, address: string): Promise<number> =>
    (await app.request('/api/session', signIn(given), from(address))).status
  for (let time = 0; time < 5; time++) expect(await status('wrong', '192.0.2.1')).toBe(401)
  const late = await app.request('/api/session', signIn(token), from('::ffff:192.0.2.1'))
  expect([late.status, late.headers.get('retry-after')]).toEqual([429, '60'])
  const bearer = { headers: { authorization: `Bearer ${token}` } }
  expect((await app.request('/api/hosts', bearer, from('192.0.2.1'))).status).toBe(429)
  expect(await status(token, '192.0.2.2')).toBe(200)
  await clock.advance(60_000)
  expect(await status(token, '192.0.2.1')).toBe(200)
})

it('forgets a session after a week', async () => {
  const clock = new VirtualClock()
  await using dashboard = await dashboardWorld({ access: { token }, clock })
  const cookie =
    ((await dashboard.app.request('/api/session', signIn(token))).headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const isIn = async (): Promise<boolean> =>
    (await dashboard.app.request('/api/events', { headers: { cookie } })).status === 200
  await clock.advance(7 * 86_400_000 - 1)
  expect(await isIn()).toBe(true)
  await clock.advance(1)
  expect(await isIn()).toBe(false)
})

it('believes the header of a proxy from where the proxy is alone', async () => {
  const access = { trustedHeader: 'x-forwarded-user', trustedProxies: ['127.0.0.1', '10.0.0.0/8'] }
  await using dashboard = await dashboardWorld({ access })
  const status = async (address: string, user: string): Promise<number> =>
    (await dashboard.app.request('/api/hosts', { headers: { 'x-forwarded-user': user } }, from(address))).status
  expect(await status('10.1.2.3', 'ada')).toBe(200)
  expect(await status('::ffff:10.1.2.3', 'ada')).toBe(200)
  expect(await status('10.1.2.3', '')).toBe(401)
  expect(await status('192.0.2.1', 'ada')).toBe(401)
  expect((await dashboard.app.request('/api/hosts', {}, from('10.1.2.3'))).status).toBe(401)
})
