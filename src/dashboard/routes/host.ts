import { UnknownNameError } from '../../query/asked-errors.ts'
import { listHostCharts } from '../../query/host/host-charts.ts'
import { readHostResource } from '../../query/host/host-resource.ts'
import { namedHosts, readHosts } from '../../query/host/hosts.ts'
import type { HostAnswer } from '../api.ts'
import type { DashboardApp, DashboardInside } from '../dashboard-options.ts'
import { hostsAnswer } from './hosts.ts'

/** `GET /api/hosts/UID`: what a host is, and which charts it has. A name will do where one host alone has it. */
export function addHost(app: DashboardApp, options: DashboardInside): void {
  app.get('/api/hosts/:uid', async (context) => {
    const { store } = options
    const all = await readHosts(store)
    const uid = context.req.param('uid')
    const [known] = namedHosts(uid, all)
    if (known === undefined) throw new UnknownNameError(`no host is called '${uid}'`, { nearest: [] })
    const { nowMs, hosts } = await hostsAnswer(options, [known])
    const [row] = hosts
    if (row === undefined) throw new UnknownNameError(`no host is called '${uid}'`, { nearest: [] })
    const isNameShared = all.filter(({ name }) => name === known.name).length > 1
    const answer: HostAnswer = {
      nowMs,
      host: { ...row, isNameShared },
      resource: await readHostResource(store, known),
      firstSeenMs: known.firstSeenMs,
      lastSeenMs: known.lastSeenMs,
      charts: await listHostCharts(store, known),
    }
    return context.json(answer)
  })
}
