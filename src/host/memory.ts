import { defineGroup, type Group } from './group.ts'
import type { Definition } from './definition.ts'
import { formatError } from './proc/format-error.ts'
import { parseKeyValues } from './proc/key-values.ts'

const states = { 'system.memory.state': 'used, free, buffers, cached' }
const slabState = 'system.memory.linux.slab.state'

const usage: Definition = {
  name: 'system.memory.usage',
  unit: 'By',
  kind: 'updowncounter',
  integer: true,
  description: 'Memory by state; the states add up to the total',
  attributes: states,
  source:
    '/proc/meminfo: used is MemTotal − MemAvailable, free MemFree, buffers Buffers, cached what is left of MemTotal',
}
const utilization: Definition = {
  name: 'system.memory.utilization',
  unit: '1',
  kind: 'gauge',
  description: 'Share of the memory by state',
  attributes: states,
  source: 'system.memory.usage divided by MemTotal',
}
const available: Definition = {
  name: 'system.memory.linux.available',
  unit: 'By',
  kind: 'updowncounter',
  integer: true,
  description: 'What programs can have without swapping',
  source: '/proc/meminfo, MemAvailable',
}
const slab: Definition = {
  name: 'system.memory.linux.slab.usage',
  unit: 'By',
  kind: 'updowncounter',
  integer: true,
  description: 'The kernel’s own memory',
  attributes: { [slabState]: 'reclaimable, unreclaimable' },
  source: '/proc/meminfo, SReclaimable and SUnreclaim',
}

/** Memory. `used` is MemTotal − MemAvailable (a note of the conventions). */
export const memory: Group = defineGroup({
  name: 'memory',
  about: 'Memory by state. The states add up to the total: of `cached` what is not available counts as used.',
  metrics: [usage, utilization, available, slab],
  defaults: {},
  sentences: {},
  open: () => (round) => {
    const info = parseKeyValues('meminfo', round.proc('meminfo'))
    const of = (name: string): number => {
      const bytes = info.get(name)
      if (bytes === undefined) throw formatError('meminfo', `has no line '${name}'`)
      return bytes
    }
    const total = of('MemTotal')
    const used = Math.max(0, total - of('MemAvailable'))
    const free = Math.min(of('MemFree'), total - used)
    const buffers = Math.min(of('Buffers'), total - used - free)
    const byState = { used, free, buffers, cached: total - used - free - buffers }
    for (const [state, bytes] of Object.entries(byState)) {
      const subject = round.subject(state, () => ({ 'system.memory.state': state }))
      subject.put(usage, bytes)
      subject.put(utilization, total === 0 ? 0 : bytes / total)
    }
    round.put(available, of('MemAvailable'))
    for (const [state, line] of [
      ['reclaimable', 'SReclaimable'],
      ['unreclaimable', 'SUnreclaim'],
    ] as const)
      round.subject(`slab ${state}`, () => ({ [slabState]: state })).put(slab, info.get(line))
  },
})
