import { Hono } from 'hono'
import { compress } from 'hono/compress'
import { getPath } from 'hono/utils/url'
import { describeError, HostvitalsError } from '../runtime/errors.ts'
import type { Access } from './access.ts'
import { addAccessGuard } from './access-guard.ts'
import type { DashboardApp, DashboardEnv, DashboardOptions } from './dashboard-options.ts'
import { toErrorAnswer } from './error-answer.ts'
import { addHostGuard, type HostRules } from './host-guard.ts'
import { addCharts } from './routes/charts.ts'
import { addEvents } from './routes/events.ts'
import { addExport } from './routes/export.ts'
import { LateWatch } from './late-watch.ts'
import { LiveFeed } from './live-feed.ts'
import { addLive } from './routes/live.ts'
import { addMetrics } from './routes/metrics.ts'
import { addPipeline } from './routes/pipeline.ts'
import { WayWatch } from './way-watch.ts'
import { addHost } from './routes/host.ts'
import { addHosts } from './routes/hosts.ts'
import { addSession } from './routes/session.ts'
import { addSecurityHeaders } from './security-headers.ts'
import { addPage } from './routes/page.ts'

/** Whom it answers, and under which names. */
export interface DashboardGuards {
  readonly hosts: HostRules
  readonly access: Access
}

/** All that the dashboard answers, without a socket. */
export function dashboardApp(options: DashboardOptions, { hosts, access }: DashboardGuards): DashboardApp {
  const app = new Hono<DashboardEnv>({ getPath: (request) => pathBelow(options.base, getPath(request)) })
  addSecurityHeaders(app)
  addHostGuard(app, hosts)
  app.use(compress())
  app.use('/api/*', async (context, next) => {
    await next()
    if (!context.res.headers.has('cache-control')) context.header('cache-control', 'no-store')
  })
  addAccessGuard(app, access)
  addSession(app, access)
  const { store, clock, askWay } = options
  const late = new LateWatch()
  const way = new WayWatch(store, clock, askWay)
  const inside = { ...options, late, way, live: new LiveFeed({ store, clock, late, way }) }
  const routes = [addHosts, addHost, addCharts, addExport, addMetrics, addPipeline, addEvents, addLive]
  for (const add of routes) add(app, inside)
  addPage(app, options)
  app.notFound((context) =>
    context.json({ error: `there is no ${context.req.path}`, nextStep: 'docs/dashboard.md lists the addresses' }, 404),
  )
  app.onError((error, context) => {
    const { status, answer } = toErrorAnswer(error)
    if (!(error instanceof HostvitalsError)) {
      options.emit('dashboard.failed', { address: context.req.path, reason: describeError(error) })
    }
    return context.json(answer, status)
  })
  return app
}

/** What a request asks for, also where the proxy left its own path in front: all that follows, guards too, sees it without. */
function pathBelow(base: string, path: string): string {
  if (base === '' || (path !== base && !path.startsWith(`${base}/`))) return path
  return path.slice(base.length) || '/'
}
