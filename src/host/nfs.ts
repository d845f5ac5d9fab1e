import type { Attributes } from '../metric/sample.ts'
import { defineGroup, type Group } from './group.ts'
import type { Definition } from './definition.ts'
import type { HostRound } from './host-round.ts'
import { nfs2Procedures, nfs3Procedures, nfs4ClientOperations } from './proc/nfs-names.ts'
import { nfs4Procedures, nfs4ServerOperations } from './proc/nfs-names.ts'
import { parseRpcStats } from './proc/rpc-stats.ts'

const ofProcedure = { 'onc_rpc.version': '2, 3, 4', 'onc_rpc.procedure.name': 'GETATTR, READ …' }
const ofOperation = { 'onc_rpc.version': '4', 'nfs.operation.name': 'OPEN, READ …' }

function counter(name: string, unit: string, description: string, source: string): Definition {
  return { name, unit, kind: 'counter', integer: true, description, source }
}

const client = '/proc/PID/net/rpc/nfs, line'
const clientRpcs = counter('nfs.client.rpc.count', '{request}', 'Calls that this host sent', `${client} rpc, field 1`)
const retransmits = counter(
  'nfs.client.rpc.retransmit.count',
  '{retransmit}',
  'Calls sent again',
  `${client} rpc, field 2`,
)
const refreshes = counter(
  'nfs.client.rpc.authrefresh.count',
  '{authrefresh}',
  'Credentials that were renewed',
  `${client} rpc, field 3`,
)
const clientProcedures: Definition = {
  ...counter('nfs.client.procedure.count', '{procedure}', 'Calls by procedure', `${client}s proc2 and proc3`),
  attributes: ofProcedure,
}
const clientOperations: Definition = {
  ...counter('nfs.client.operation.count', '{operation}', 'Operations of NFS 4', `${client} proc4`),
  attributes: ofOperation,
}
const server = '/proc/PID/net/rpc/nfsd, line'
const serverRpcs: Definition = {
  ...counter('nfs.server.rpc.count', '{request}', 'Calls that this server took', `${server} rpc, fields 1, 3, 4, 5`),
  attributes: { 'error.type': 'format, auth, client where it was refused' },
}
const serverIo: Definition = {
  ...counter('nfs.server.io', 'By', 'Bytes that clients read and wrote', `${server} io`),
  attributes: { 'network.io.direction': 'transmit (they read), receive (they wrote)' },
}
const serverNet: Definition = {
  ...counter('nfs.server.net.count', '{record}', 'Datagrams and segments', `${server} net, fields 2 and 3`),
  attributes: { 'network.transport': 'udp, tcp' },
}
const accepted = counter(
  'nfs.server.net.tcp.connection.accepted',
  '{connection}',
  'Connections of clients',
  `${server} net, field 4`,
)
const repliesCached: Definition = {
  ...counter('nfs.server.repcache.requests', '{request}', 'Calls by what the reply cache had', `${server} rc`),
  attributes: { 'nfs.server.repcache.status': 'hit, miss, nocache' },
}
const stale = counter('nfs.server.fh.stale.count', '{fh}', 'Stale file handles', `${server} fh, field 1`)
const threads: Definition = {
  ...counter('nfs.server.thread.count', '{thread}', 'Threads of the server', `${server} th, field 1`),
  kind: 'updowncounter',
}
const serverProcedures: Definition = {
  ...counter('nfs.server.procedure.count', '{procedure}', 'Calls by procedure', `${server}s proc2, proc3 and proc4`),
  attributes: ofProcedure,
}
const serverOperations: Definition = {
  ...counter('nfs.server.operation.count', '{operation}', 'Operations of NFS 4', `${server} proc4ops`),
  attributes: ofOperation,
}

/** NFS, as a client and as a server. */
export const nfs: Group = defineGroup({
  name: 'nfs',
  about:
    'What this host does as a client and as a server of NFS, since their modules were loaded. What was never called has no series. A host without NFS has nothing here.',
  metrics: [
    clientRpcs,
    retransmits,
    refreshes,
    clientProcedures,
    clientOperations,
    serverRpcs,
    serverIo,
    serverNet,
    accepted,
    repliesCached,
    stale,
    threads,
    serverProcedures,
    serverOperations,
  ],
  defaults: {},
  sentences: {},
  open: () => (round) => {
    putClient(round)
    putServer(round)
  },
})

function putClient(round: HostRound): void {
  const bytes = round.optionalProc(`${round.viewer}/net/rpc/nfs`)
  if (bytes === undefined) return
  const lines = parseRpcStats('net/rpc/nfs', bytes)
  const [calls, again, refreshed] = lines.get('rpc') ?? []
  round.put(clientRpcs, calls)
  round.put(retransmits, again)
  round.put(refreshes, refreshed)
  putCalls(round, clientProcedures, { version: 2, names: nfs2Procedures, calls: lines.get('proc2') })
  putCalls(round, clientProcedures, { version: 3, names: nfs3Procedures, calls: lines.get('proc3') })
  putCalls(round, clientOperations, { version: 4, names: nfs4ClientOperations, calls: lines.get('proc4') })
}

function putServer(round: HostRound): void {
  const bytes = round.optionalProc(`${round.viewer}/net/rpc/nfsd`)
  if (bytes === undefined) return
  const lines = parseRpcStats('net/rpc/nfsd', bytes)
  const put = (metric: Definition, value: number | undefined, attributes: Attributes): void =>
    round.subject(JSON.stringify([metric.name, attributes]), () => attributes).put(metric, value)
  const [calls, , badFormat, badAuth, badClient] = lines.get('rpc') ?? []
  put(serverRpcs, calls, {})
  put(serverRpcs, badFormat, { 'error.type': 'format' })
  put(serverRpcs, badAuth, { 'error.type': 'auth' })
  put(serverRpcs, badClient, { 'error.type': 'client' })
  const [read, written] = lines.get('io') ?? []
  put(serverIo, read, { 'network.io.direction': 'transmit' })
  put(serverIo, written, { 'network.io.direction': 'receive' })
  const [, udp, tcp, connections] = lines.get('net') ?? []
  put(serverNet, udp, { 'network.transport': 'udp' })
  put(serverNet, tcp, { 'network.transport': 'tcp' })
  round.put(accepted, connections)
  for (const [at, status] of ['hit', 'miss', 'nocache'].entries()) {
    put(repliesCached, lines.get('rc')?.[at], { 'nfs.server.repcache.status': status })
  }
  round.put(stale, lines.get('fh')?.[0])
  round.put(threads, lines.get('th')?.[0])
  putCalls(round, serverProcedures, { version: 2, names: nfs2Procedures, calls: lines.get('proc2') })
  putCalls(round, serverProcedures, { version: 3, names: nfs3Procedures, calls: lines.get('proc3') })
  putCalls(round, serverProcedures, { version: 4, names: nfs4Procedures, calls: lines.get('proc4') })
  putCalls(round, serverOperations, { version: 4, names: nfs4ServerOperations, calls: lines.get('proc4ops') })
}

interface Calls {
  readonly version: number
  readonly names: readonly string[]
  readonly calls: readonly number[] | undefined
}

function putCalls(round: HostRound, metric: Definition, { version, names, calls }: Calls): void {
  const key = metric.attributes === ofOperation ? 'nfs.operation.name' : 'onc_rpc.procedure.name'
  for (const [at, count] of (calls ?? []).entries()) {
    const name = names[at] ?? ''
    // Of some hundred operations a host uses a dozen; a number that this table does not know has no name.
    if (count === 0 || name === '') continue
    round
      .subject(`${metric.name} ${version} ${name}`, () => ({ 'onc_rpc.version': version, [key]: name }))
      .put(metric, count)
  }
}
