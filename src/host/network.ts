import type { Metric } from '../metric/metric.ts'
import type { Sample } from '../metric/sample.ts'
import { bootTime } from './boot-time.ts'
import { group, readProc, sampleOf, viewer, type Definition } from './group.ts'
import { parseNetDev, type DirectionStats } from './proc/net-dev.ts'

const io: Definition = {
  name: 'system.network.io',
  unit: 'By',
  kind: 'counter',
  integer: true,
  description: 'Bytes moved',
}
const packets: Definition = {
  name: 'system.network.packet.count',
  unit: '{packet}',
  kind: 'counter',
  integer: true,
  description: 'Packets moved',
}
const dropped: Definition = {
  name: 'system.network.packet.dropped',
  unit: '{packet}',
  kind: 'counter',
  integer: true,
  description: 'Packets dropped',
}
const errors: Definition = {
  name: 'system.network.errors',
  unit: '{error}',
  kind: 'counter',
  integer: true,
  description: 'Errors',
}

/** Network interfaces, from /proc/PID/net/dev; containers' ends of virtual cables (veth) are left out. */
export const network: Metric = group('network', async (signal, context) => {
  const interfaces = parseNetDev(await readProc(context, `${viewer(context)}/net/dev`, signal))
  const start = await bootTime(context, signal)
  return interfaces
    .filter(({ name }) => !name.startsWith('veth'))
    .flatMap(({ name, receive, transmit }) =>
      samplesOf(name, 'receive', receive, start).concat(samplesOf(name, 'transmit', transmit, start)),
    )
})

function samplesOf(name: string, direction: string, stats: DirectionStats, start: number): readonly Sample[] {
  const ofInterface = { 'network.interface.name': name, 'network.io.direction': direction }
  return [
    sampleOf(io, stats.bytes, ofInterface, start),
    // The conventions give this one metric the device's name, not the interface's.
    sampleOf(packets, stats.packets, { 'system.device': name, 'network.io.direction': direction }, start),
    sampleOf(dropped, stats.dropped, ofInterface, start),
    sampleOf(errors, stats.errors, ofInterface, start),
  ]
}
