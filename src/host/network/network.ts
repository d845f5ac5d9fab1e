import { defineGroup, type Group } from '../group.ts'
import type { Definition } from '../definition.ts'
import type { HostRound } from '../host-round.ts'
import { nameFilter, type NameFilterOptions, nameFilterSentences } from '../name-filter.ts'
import { InterfaceSum } from './interface-sum.ts'
import { parseNetDev, type DirectionStats, type InterfaceStats } from '../proc/net-dev.ts'

const ofInterface = { 'network.interface.name': 'the kernel’s name', 'network.io.direction': 'receive, transmit' }

const io: Definition = {
  name: 'system.network.io',
  unit: 'By',
  kind: 'counter',
  integer: true,
  description: 'Bytes moved',
  attributes: ofInterface,
  source: '/proc/PID/net/dev, bytes',
}
const packets: Definition = {
  name: 'system.network.packet.count',
  unit: '{packet}',
  kind: 'counter',
  integer: true,
  description: 'Packets moved',
  // The conventions give this one metric the device's name, not the interface's.
  attributes: { 'system.device': 'the interface', 'network.io.direction': 'receive, transmit' },
  source: '/proc/PID/net/dev, packets',
}
const dropped: Definition = {
  name: 'system.network.packet.dropped',
  unit: '{packet}',
  kind: 'counter',
  integer: true,
  description: 'Packets dropped',
  attributes: ofInterface,
  source: '/proc/PID/net/dev, drop',
}
const errors: Definition = {
  name: 'system.network.errors',
  unit: '{error}',
  kind: 'counter',
  integer: true,
  description: 'Errors',
  attributes: ofInterface,
  source: '/proc/PID/net/dev, errs',
}

/** Options of the group `network`. */
export type NetworkOptions = NameFilterOptions & {
  readonly aggregate: readonly string[]
}

/** Network interfaces. */
export const network: Group = defineGroup<NetworkOptions>({
  name: 'network',
  about:
    'Network interfaces, since they came up. Those of containers, which come and go, are one series: it counts from the agent’s start on, and never falls.',
  metrics: [io, packets, dropped, errors],
  defaults: { include: [], exclude: [], aggregate: ['veth*'] },
  sentences: {
    ...nameFilterSentences('interfaces'),
    aggregate: 'All interfaces of a glob as one, which is named after the glob without its `*`: `veth`.',
  },
  open: ({ aggregate, ...filter }) => {
    const isChosen = nameFilter(filter)
    const aggregates = aggregate.map((glob) => {
      const name = glob.replaceAll('*', '')
      const isOne = nameFilter({ include: [glob], exclude: [] })
      return { isOne, sum: new InterfaceSum(name === '' ? glob : name) }
    })
    return (round) => {
      const found: ReadonlyMap<InterfaceSum, InterfaceStats[]> = new Map(aggregates.map(({ sum }) => [sum, []]))
      for (const stats of parseNetDev(round.proc(`${round.viewer}/net/dev`))) {
        if (!isChosen(stats.name)) continue
        const sum = aggregates.find(({ isOne }) => isOne(stats.name))?.sum
        if (sum === undefined) putInterface(round, stats)
        else found.get(sum)?.push(stats)
      }
      for (const [sum, interfaces] of found) {
        const total = sum.add(interfaces, round.timeMs)
        if (total !== undefined) putInterface(round, total.stats, total.startMs)
      }
    }
  },
})

function putInterface(round: HostRound, { name, receive, transmit }: InterfaceStats, startMs?: number): void {
  putDirection(round, name, 'receive', receive, startMs)
  putDirection(round, name, 'transmit', transmit, startMs)
}

function putDirection(
  round: HostRound,
  name: string,
  direction: string,
  stats: DirectionStats,
  startMs?: number,
): void {
  const towards = { 'network.io.direction': direction }
  const subject = round.subject(`${name} ${direction}`, () => ({ 'network.interface.name': name, ...towards }))
  subject.put(io, stats.bytes, startMs)
  subject.put(dropped, stats.dropped, startMs)
  subject.put(errors, stats.errors, startMs)
  round
    .subject(`${name} ${direction} packets`, () => ({ 'system.device': name, ...towards }))
    .put(packets, stats.packets, startMs)
}
