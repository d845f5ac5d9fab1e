import { findHosts, type KnownHost } from '../../query/host/hosts.ts'
import { listHosts } from '../../query/host/host-overview.ts'
import type { HostRow, HostsAnswer } from '../api.ts'
import { causeOf } from '../host-cause.ts'
import type { DashboardApp, DashboardInside } from '../dashboard-options.ts'

/** `GET /api/hosts`: the first page. */
export function addHosts(app: DashboardApp, options: DashboardInside): void {
  app.get('/api/hosts', async (context) => context.json(await hostsAnswer(options, await findHosts(options.store, {}))))
}

/** These hosts as rows, the worst first. */
export async function hostsAnswer(options: DashboardInside, known: readonly KnownHost[]): Promise<HostsAnswer> {
  const { store, clock, late, pins, thresholds, way } = options
  const nowMs = clock.now()
  late.see(known, nowMs)
  const { columns, hosts } = await listHosts(store, { hosts: known, nowMs, pins, thresholds })
  const latest = hosts.some(({ state }) => state !== 'up') ? way.latest : undefined
  return {
    nowMs,
    columns,
    hosts: hosts.map((host): HostRow => Object.assign(host, { cause: causeOf(host, latest) })),
  }
}
