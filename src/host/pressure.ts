import { defineGroup, type Group } from './group.ts'
import type { Definition } from './definition.ts'
import { parsePressure } from './proc/pressure.ts'

const ofStall = {
  'hostvitals.pressure.resource': 'cpu, memory, io, irq',
  'hostvitals.pressure.stall': 'some (of the tasks), full (all of them)',
}

const time: Definition = {
  name: 'hostvitals.pressure.stall_time',
  unit: 's',
  kind: 'counter',
  description: 'Time in which tasks stood still for want of the resource',
  attributes: ofStall,
  source: '/proc/pressure/RESOURCE, total',
}
const share: Definition = {
  name: 'hostvitals.pressure.stall_share',
  unit: '1',
  kind: 'gauge',
  description: 'Share of the last seconds in which tasks stood still, as the kernel averages it',
  attributes: { ...ofStall, 'hostvitals.pressure.window': '10s, 60s, 300s' },
  source: '/proc/pressure/RESOURCE, avg10, avg60 and avg300, divided by 100',
  isOptIn: true,
}

const resources = ['cpu', 'memory', 'io', 'irq'] as const

/** Pressure stall information. */
export const pressure: Group = defineGroup({
  name: 'pressure',
  about:
    'Pressure stall information of kernels from 4.20 on (irq from 6.1 on); nothing where the kernel was started without it. `full` of cpu is left out: the kernel does not define it for a whole machine.',
  metrics: [time, share],
  defaults: {},
  sentences: {},
  open: () => (round) => {
    for (const resource of resources) {
      const file = `pressure/${resource}`
      const bytes = round.optionalProc(file)
      if (bytes === undefined) continue
      for (const [stall, { seconds, shares }] of parsePressure(file, bytes)) {
        // The kernel writes zeros there for the sake of old readers.
        if (resource === 'cpu' && stall === 'full') continue
        const attributes = { 'hostvitals.pressure.resource': resource, 'hostvitals.pressure.stall': stall }
        round.subject(file + stall, () => attributes).put(time, seconds)
        if (!round.wants(share)) continue
        for (const [window, value] of Object.entries(shares)) {
          const ofWindow = { ...attributes, 'hostvitals.pressure.window': window }
          round.subject(file + stall + window, () => ofWindow).put(share, value)
        }
      }
    }
  },
})
