import { ConfigurationError } from '../runtime/errors.ts'
import type { DashboardConfig } from './dashboard-config.ts'
import { isLoopback } from './host-port.ts'

/**
 * Refuses a dashboard that strangers could read: beyond this machine somebody must ask who it is, and nothing may travel in
 * the open. Throws ConfigurationError with the line to write.
 */
export function refuseExposure(config: DashboardConfig, host: string): void {
  if (isLoopback(host)) return
  const { token, trustedHeader, tls, behindProxy } = config
  const missing = [
    ...(token === undefined && trustedHeader === undefined ? ["token: secret('DASHBOARD_TOKEN')"] : []),
    ...(tls === undefined && !behindProxy ? ["tls: { cert: 'keys/dashboard.pem', key: 'keys/dashboard.key' }"] : []),
  ]
  if (missing.length === 0) return
  const reasons = [
    ...(token === undefined && trustedHeader === undefined ? ['everybody could read it'] : []),
    ...(tls === undefined && !behindProxy ? ['what is read, and who reads it, would travel in the open'] : []),
  ]
  throw new ConfigurationError(
    `the dashboard at ${host} can be reached from other machines: ${reasons.join(', and ')}`,
    {
      nextStep: [
        `write into consumer.config.ts: dashboard: { ${missing.join(', ')} }`,
        ...(tls === undefined && !behindProxy
          ? ['(behindProxy: true instead of tls, where a proxy of yours speaks HTTPS for it)']
          : []),
        'or listen on 127.0.0.1',
      ].join(' '),
    },
  )
}
