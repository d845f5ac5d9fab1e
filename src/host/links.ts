import { defineGroup, type Group } from './group.ts'
import type { Definition } from './definition.ts'
import { nameFilter, type NameFilterOptions, nameFilterSentences } from './name-filter.ts'
import { Patience } from './patience.ts'

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
    'Links of the network adapters that are devices; bridges, tunnels and the like have none. Drivers are asked, which takes a while.',
  leastIntervalMs: 10_000,
  metrics: [up, limit],
  defaults: { include: [], exclude: [] },
  sentences: nameFilterSentences('interfaces'),
  open: (options) => {
    const isChosen = nameFilter(options)
    const patience = new Patience<string | undefined>()
    return async (round) => {
      // Only what is a device, on a bus, has this link.
      const names = round
        .listSys('class/net')
        .filter((name) => isChosen(name) && round.listSys(`class/net/${name}/device`).length > 0)
      // Drivers are asked for the speed, and some wait for their device.
      const speeds = await patience.ask(names, (name) => round.slowSys(`class/net/${name}/speed`), round)
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

function isUp(state: string | undefined, carrier: string | undefined): 1 | 0 | undefined {
  if (state === 'up' || carrier === '1') return 1
  return state === undefined || state === 'unknown' ? undefined : 0
}
