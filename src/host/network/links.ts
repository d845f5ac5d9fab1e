import { askDevices, unanswered } from '../hardware/devices.ts'
import { defineGroup, type Group } from '../group.ts'
import type { Definition } from '../definition.ts'
import type { HostRound } from '../host-round.ts'
import { nameFilter, type NameFilterOptions, nameFilterSentences } from '../name-filter.ts'

const ofAdapter = { 'hw.id': 'the interface', 'hw.name': 'the interface', 'hw.type': 'network' }

const up: Definition = {
  name: 'hw.network.up',
  unit: '1',
  kind: 'updowncounter',
  integer: true,
  description: '1 where the link is up, 0 where it is not',
  attributes: ofAdapter,
  source: '/sys/class/net/NAME/operstate, or carrier of a driver that does not know its state',
}
const limit: Definition = {
  name: 'hw.network.bandwidth.limit',
  unit: 'By/s',
  kind: 'updowncounter',
  integer: true,
  description: 'Speed of the link',
  attributes: ofAdapter,
  source: '/sys/class/net/NAME/speed (Mbit/s), absent of a link that is down or has none',
}

const bytesOfMegabit = 125_000

/** Links of network adapters. */
export const links: Group = defineGroup<NameFilterOptions>({
  name: 'links',
  about:
    'Links of the network adapters that are devices; bridges, tunnels and the like have none. Drivers are asked, which takes a while. One that does not answer costs only its own speed: `hostvitals.hw.unanswered` says so. Where eight devices of all groups together hang, the others are not asked, and it says that, too.',
  leastIntervalMs: 10_000,
  metrics: [up, limit, unanswered],
  defaults: { include: [], exclude: [] },
  sentences: nameFilterSentences('interfaces'),
  open: (options) => {
    const isChosen = nameFilter(options)
    return async (round) => {
      // Only what is a device, on a bus, has this link.
      const names = round
        .listSys('class/net')
        .filter((name) => isChosen(name) && round.listSys(`class/net/${name}/device`).length > 0)
      const speeds = await askSpeeds(round, names)
      for (const name of names) {
        const folder = `class/net/${name}`
        const attributes = { 'hw.id': name, 'hw.name': name, 'hw.type': 'network' }
        const state = round.sys(`${folder}/operstate`)
        const carrier = state === 'unknown' ? round.sys(`${folder}/carrier`) : undefined
        const speed = Number(speeds.get(name))
        const subject = round.subject(name, () => attributes)
        subject.put(up, isUp(state, carrier))
        if (speed > 0) subject.put(limit, speed * bytesOfMegabit)
      }
    }
  },
})

// Drivers of virtual machines, whose adapters are no hardware: they answer from memory.
const fromMemory = /^(?:virtio_net|ena|gve|hv_netvsc|mana|vmxnet3|vif|netfront)$/

/** Drivers are asked for the speed, and some wait for their device. */
async function askSpeeds(round: HostRound, names: readonly string[]): Promise<ReadonlyMap<string, string | undefined>> {
  const isVirtual = (name: string): boolean => fromMemory.test(round.linkSys(`class/net/${name}/device/driver`) ?? '')
  const real = names.filter((name) => !isVirtual(name))
  const speeds = new Map<string, string | undefined>()
  for (const name of names) if (!real.includes(name)) speeds.set(name, await round.slowSys(`class/net/${name}/speed`))
  const devices = real.map((name) => ({ path: `class/net/${name}`, files: ['speed'], id: name }))
  const found = await askDevices(round, devices)
  for (const { path, id } of devices) speeds.set(id, found.get(path)?.get('speed'))
  return speeds
}

function isUp(state: string | undefined, carrier: string | undefined): 1 | 0 | undefined {
  if (state === 'up' || carrier === '1') return 1
  return state === undefined || state === 'unknown' ? undefined : 0
}
