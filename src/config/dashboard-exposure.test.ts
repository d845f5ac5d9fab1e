import { expect, it } from 'vitest'
import { ConfigurationError } from '../runtime/errors.ts'
import type { DashboardConfig } from './dashboard-config.ts'
import { refuseExposure } from './dashboard-exposure.ts'
import { hiddenText } from './secret.ts'

const bare: DashboardConfig = {
  listen: '127.0.0.1:7070',
  pins: [],
  thresholds: [],
  trustedProxies: [],
  behindProxy: false,
  allowedHosts: [],
  base: '',
}
const token = hiddenText('dashboard.token', 'a-token-of-a-test-1234')
const tls = { cert: '/c.pem', key: '/k.pem' }

it.each(['127.0.0.1', '::1', 'localhost', '127.9.9.9'])('needs nothing at %s', (host) => {
  expect(() => refuseExposure(bare, host)).not.toThrow()
})

it.each<[string, Partial<DashboardConfig>]>([
  ['a token and TLS', { token, tls }],
  ['a token behind a proxy', { token, behindProxy: true }],
  ['the header of a proxy', { trustedHeader: 'x-user', behindProxy: true }],
])('lets other machines in with %s', (_, given) => {
  expect(() => refuseExposure({ ...bare, ...given }, '0.0.0.0')).not.toThrow()
})

it.each<[string, Partial<DashboardConfig>, string]>([
  [
    'nothing',
    {},
    "dashboard: { token: secret('DASHBOARD_TOKEN'), tls: { cert: 'keys/dashboard.pem', key: 'keys/dashboard.key' } }",
  ],
  ['TLS alone', { tls }, "dashboard: { token: secret('DASHBOARD_TOKEN') }"],
  ['a proxy alone', { behindProxy: true }, "dashboard: { token: secret('DASHBOARD_TOKEN') }"],
  ['a token alone', { token }, "dashboard: { tls: { cert: 'keys/dashboard.pem', key: 'keys/dashboard.key' } }"],
])('refuses other machines with %s, and says the line to write', (_, given, line) => {
  for (const host of ['0.0.0.0', '::', '192.0.2.7', 'vitals.example.com', '::ffff:127.0.0.1']) {
    const refused = catchIt(() => refuseExposure({ ...bare, ...given }, host))
    expect(refused).toBeInstanceOf(ConfigurationError)
    expect(refused).toMatchObject({ exitCode: 78, nextStep: expect.stringContaining(line) })
  }
})

function catchIt(work: () => void): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}
