import { defineGroup, type Group } from '../group.ts'
import type { Definition } from '../definition.ts'
import type { HostRound } from '../host-round.ts'
import { parseSockStat } from '../proc/sockstat.ts'
import { parseWhole } from '../proc/whole.ts'

function level(what: string, unit: string, description: string, source: string): Definition {
  return { name: `hostvitals.${what}`, unit, kind: 'updowncounter', integer: true, description, source }
}

const sockstat = '/proc/PID/net/sockstat'
const used = level('socket.count', '{socket}', 'Sockets of all kinds', `${sockstat}, sockets used`)
const inUse: Definition = {
  ...level('socket.in_use', '{socket}', 'Sockets in use', `${sockstat} and sockstat6, inuse`),
  attributes: { 'network.transport': 'tcp, udp', 'network.type': 'ipv4, ipv6' },
}
const orphaned = level(
  'socket.tcp.orphaned',
  '{socket}',
  'TCP sockets that no process holds any more',
  `${sockstat}, TCP orphan`,
)
const waiting = level(
  'socket.tcp.time_wait',
  '{socket}',
  'TCP sockets that wait for late packets',
  `${sockstat}, TCP tw`,
)
const allocated = level('socket.tcp.allocated', '{socket}', 'TCP sockets in whatever state', `${sockstat}, TCP alloc`)
const memory: Definition = {
  ...level('socket.memory', '{page}', 'Memory for what was received or is to be sent', `${sockstat}, mem`),
  attributes: { 'network.transport': 'tcp, udp' },
}
const tracked = level(
  'conntrack.usage',
  '{connection}',
  'Connections that the firewall follows',
  '/proc/sys/net/netfilter/nf_conntrack_count; of a host whose /proc is mounted elsewhere /proc/1/net/stat/nf_conntrack, entries',
)
const trackedLimit = level(
  'conntrack.limit',
  '{connection}',
  'Connections that the firewall can follow: above, it drops packets',
  '/proc/sys/net/netfilter/nf_conntrack_max',
)

/** Sockets. */
export const sockets: Group = defineGroup({
  name: 'sockets',
  about: 'Sockets and their memory, and the connections that a firewall follows, where there is one.',
  metrics: [used, inUse, orphaned, waiting, allocated, memory, tracked, trackedLimit],
  defaults: {},
  sentences: {},
  open: () => (round) => {
    const bytes = round.optionalProc(`${round.viewer}/net/sockstat`)
    const ipv4 = bytes === undefined ? undefined : parseSockStat('net/sockstat', bytes)
    round.put(used, ipv4?.get('sockets.used'))
    round.put(orphaned, ipv4?.get('TCP.orphan'))
    round.put(waiting, ipv4?.get('TCP.tw'))
    round.put(allocated, ipv4?.get('TCP.alloc'))
    const bytes6 = round.optionalProc(`${round.viewer}/net/sockstat6`)
    const ipv6 = bytes6 === undefined ? undefined : parseSockStat('net/sockstat6', bytes6)
    for (const transport of ['tcp', 'udp'] as const) {
      const section = transport.toUpperCase()
      ofTransport(round, transport, 'ipv4').put(inUse, ipv4?.get(`${section}.inuse`))
      ofTransport(round, transport, 'ipv6').put(inUse, ipv6?.get(`${section}6.inuse`))
      ofTransport(round, transport).put(memory, ipv4?.get(`${section}.mem`))
    }
    const count = trackedCount(round)
    round.put(tracked, count)
    if (count !== undefined) round.put(trackedLimit, numberOf(round, 'sys/net/netfilter/nf_conntrack_max'))
  },
})

/** The file under /proc/sys shows the network of whoever reads it, so not the host's to a container. */
function trackedCount(round: HostRound): number | undefined {
  if (round.viewer === 'self') return numberOf(round, 'sys/net/netfilter/nf_conntrack_count')
  const table = round.optionalProc('1/net/stat/nf_conntrack')?.toString('latin1').split('\n') ?? []
  // One line for each processor, each with the same sum of them all.
  const entries = /^[0-9a-f]+/.exec(table[1] ?? '')?.[0]
  return table[0]?.startsWith('entries') === true && entries !== undefined ? Number.parseInt(entries, 16) : undefined
}

function numberOf(round: HostRound, path: string): number | undefined {
  const bytes = round.optionalProc(path)
  return bytes === undefined ? undefined : parseWhole(path, bytes.toString('latin1').trim())
}

function ofTransport(round: HostRound, transport: string, type?: string): ReturnType<HostRound['subject']> {
  const network = type === undefined ? {} : { 'network.type': type }
  return round.subject(`${transport} ${type}`, () => ({ 'network.transport': transport, ...network }))
}
