import { defineGroup, type Group } from './group.ts'
import type { Definition } from './definition.ts'
import type { HostRound } from './host-round.ts'
import { nameFilter, type NameFilterOptions, nameFilterSentences } from './name-filter.ts'
import { parseNetDev, type DirectionStats } from './proc/net-dev.ts'

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

/** Network interfaces. */
export const network: Group = defineGroup<NameFilterOptions>({
  name: 'network',
  about: 'Network interfaces, since they came up.',
  metrics: [io, packets, dropped, errors],
  defaults: { include: [], exclude: ['veth*'] },
  sentences: nameFilterSentences('interfaces'),
  open: (options) => {
    const isChosen = nameFilter(options)
    return (round) => {
      for (const { name, receive, transmit } of parseNetDev(round.proc(`${round.viewer}/net/dev`))) {
        if (!isChosen(name)) continue
        putDirection(round, name, 'receive', receive)
        putDirection(round, name, 'transmit', transmit)
      }
    }
  },
})

function putDirection(round: HostRound, name: string, direction: string, stats: DirectionStats): void {
  const towards = { 'network.io.direction': direction }
  const subject = round.subject(`${name} ${direction}`, () => ({ 'network.interface.name': name, ...towards }))
  subject.put(io, stats.bytes)
  subject.put(dropped, stats.dropped)
  subject.put(errors, stats.errors)
  round
    .subject(`${name} ${direction} packets`, () => ({ 'system.device': name, ...towards }))
    .put(packets, stats.packets)
}
