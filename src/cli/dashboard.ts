import { readFile } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import { fileURLToPath } from 'node:url'
import type { DashboardConfig } from '../config/dashboard-config.ts'
import { refuseExposure } from '../config/dashboard-exposure.ts'
import { isLoopback, parseHostPort } from '../config/host-port.ts'
import { Access } from '../dashboard/access.ts'
import { dashboardApp } from '../dashboard/app.ts'
import type { DashboardOptions } from '../dashboard/dashboard-options.ts'
import type { AskWay } from '../dashboard/way-watch.ts'
import { DashboardServer } from '../dashboard/server.ts'
import { ConfigurationError, describeError } from '../runtime/errors.ts'
import type { Seams } from '../runtime/seams.ts'
import type { MetricStore } from '../store/store.ts'

/** Built by `npm run build`; the same place seen from `src/` and from `dist/`. */
const pageFolder = fileURLToPath(new URL('../../dist/page/', import.meta.url))

/** What a dashboard is opened with. */
export interface DashboardStart {
  readonly config: DashboardConfig
  /** Only read. */
  readonly store: MetricStore
  /** `--listen`, an address; goes before the configuration's. */
  readonly listen?: string | undefined
  /** `--port`; goes before the configuration's. */
  readonly port?: number | undefined
  /** How many of the next ports may be taken instead. */
  readonly orNext: number
  /** What the program knows of spool and Kafka. */
  readonly askWay: AskWay
}

/** Opens the dashboard and tells where. Throws ConfigurationError where it would be open to strangers, FailureError. */
export async function openDashboard(start: DashboardStart, { clock, emit, random }: Seams): Promise<DashboardServer> {
  const { config, store, orNext, askWay } = start
  const configured = parseHostPort(config.listen)
  const host = start.listen ?? configured?.host
  const port = start.port ?? configured?.port
  if (host === undefined || port === undefined) {
    throw new ConfigurationError(`dashboard.listen: '${config.listen}' is no address`)
  }
  refuseExposure(config, host)
  const access = await Access.create(
    {
      ...(config.token === undefined ? {} : { token: config.token.reveal() }),
      ...(config.trustedHeader === undefined ? {} : { trustedHeader: config.trustedHeader }),
      trustedProxies: config.trustedProxies,
      isSecure: config.tls !== undefined || config.behindProxy,
    },
    { clock, random },
  )
  const hosts = { listen: host, isLoopback: isLoopback(host), allowedHosts: config.allowedHosts }
  const pages: DashboardOptions = {
    store,
    clock,
    emit,
    pins: config.pins,
    thresholds: config.thresholds.map(({ metric, warn = null, critical = null }) => ({ metric, warn, critical })),
    pageFolder,
    base: config.base,
    askWay,
  }
  const app = dashboardApp(pages, { hosts, access })
  const tls = config.tls === undefined ? {} : { tls: await readPair(config.tls) }
  const server = await DashboardServer.listen(app, { host, port, orNext, ...tls })
  emit('dashboard.listening', { url: `${server.url}${config.base}` })
  return server
}

/** Certificate and key as text. Throws ConfigurationError where they are none, or no pair. */
async function readPair(tls: NonNullable<DashboardConfig['tls']>): Promise<{ cert: string; key: string }> {
  const pair = { cert: await readFile(tls.cert, 'utf8'), key: await readFile(tls.key, 'utf8') }
  try {
    createSecureContext(pair)
    return pair
  } catch (error) {
    throw new ConfigurationError(`dashboard.tls: ${tls.cert} and ${tls.key} cannot be used: ${describeError(error)}`, {
      cause: error,
      nextStep: 'give a certificate and its own key, both PEM, the key without a passphrase',
    })
  }
}
