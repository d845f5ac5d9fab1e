import { hasCode } from '../../runtime/error-code.ts'
import { defineGroup, type Group } from '../group.ts'
import type { Definition } from '../definition.ts'
import type { HostRound } from '../host-round.ts'
import { parseSockStat } from '../proc/sockstat.ts'
import { TcpStateCounter, tcpStates } from '../proc/tcp-states.ts'

const count: Definition = {
  name: 'system.network.connection.count',
  unit: '{connection}',
  kind: 'updowncounter',
  integer: true,
  description: 'Sockets of TCP by state, and of UDP, which has no states; IPv4 and IPv6 together',
  attributes: {
    'network.transport': 'tcp, udp',
    'network.connection.state':
      'of tcp: established, syn_sent, syn_received, fin_wait_1, fin_wait_2, time_wait, closed, close_wait, last_ack, listen, closing',
  },
  source: '/proc/PID/net/tcp and tcp6, column st; /proc/PID/net/sockstat and sockstat6, UDP inuse',
}

/** Connections. */
export const connections: Group = defineGroup({
  name: 'connections',
  about:
    'Connections by state. The kernel walks over all its tables for them, which takes milliseconds even where there are few.',
  leastIntervalMs: 30_000,
  metrics: [count],
  defaults: {},
  sentences: {},
  open: () => async (round) => {
    const counters = [await counted(round, 'tcp'), await counted(round, 'tcp6')].filter((each) => each !== undefined)
    for (const state of counters.length === 0 ? [] : tcpStates) {
      const subject = round.subject(state, () => ({ 'network.transport': 'tcp', 'network.connection.state': state }))
      subject.put(
        count,
        counters.reduce((sum, counts) => sum + (counts.get(state) ?? 0), 0),
      )
    }
    const udp = datagramSockets(round)
    round.subject('udp', () => ({ 'network.transport': 'udp' })).put(count, udp)
  },
})

/** Undefined where this kernel has no such file: no IPv6 for instance. */
async function counted(round: HostRound, name: string): Promise<ReadonlyMap<string, number> | undefined> {
  const counter = new TcpStateCounter(`net/${name}`)
  try {
    for await (const piece of round.procPieces(`${round.viewer}/net/${name}`)) counter.add(piece)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
  return counter.end()
}

function datagramSockets(round: HostRound): number | undefined {
  const ipv4 = round.optionalProc(`${round.viewer}/net/sockstat`)
  if (ipv4 === undefined) return undefined
  const used = parseSockStat('net/sockstat', ipv4).get('UDP.inuse')
  const ipv6 = round.optionalProc(`${round.viewer}/net/sockstat6`)
  const used6 = ipv6 === undefined ? 0 : (parseSockStat('net/sockstat6', ipv6).get('UDP6.inuse') ?? 0)
  return used === undefined ? undefined : used + used6
}
