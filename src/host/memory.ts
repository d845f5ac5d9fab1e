import type { Metric } from '../metric/metric.ts'
import type { Sample } from '../metric/sample.ts'
import { group, readProc, sampleOf, type Definition } from './group.ts'
import { parseKeyValues } from './proc/key-values.ts'
import { formatError } from './proc/lines.ts'

const usage: Definition = {
  name: 'system.memory.usage',
  unit: 'By',
  kind: 'updowncounter',
  integer: true,
  description: 'Memory by state; the states add up to the total',
}
const utilization: Definition = {
  name: 'system.memory.utilization',
  unit: '1',
  kind: 'gauge',
  description: 'Share of the memory by state',
}
const available: Definition = {
  name: 'system.memory.linux.available',
  unit: 'By',
  kind: 'updowncounter',
  integer: true,
  description: 'What programs can have without swapping',
}
const slab: Definition = {
  name: 'system.memory.linux.slab.usage',
  unit: 'By',
  kind: 'updowncounter',
  integer: true,
  description: 'The kernel’s own memory',
}
const slabState = 'system.memory.linux.slab.state'

/**
 * Memory, from /proc/meminfo. `used` is MemTotal − MemAvailable (a note of the conventions); free, buffers and cached stand
 * as the kernel says them, `cached` without what is not available, so that the four add up to the total.
 */
export const memory: Metric = group('memory', async (signal, context) => {
  const info = parseKeyValues('meminfo', await readProc(context, 'meminfo', signal))
  const of = (name: string): number => {
    const bytes = info.get(name)
    if (bytes === undefined) throw formatError('meminfo', `has no line '${name}'`)
    return bytes
  }
  const total = of('MemTotal')
  const used = Math.max(0, total - of('MemAvailable'))
  const free = Math.min(of('MemFree'), total - used)
  const buffers = Math.min(of('Buffers'), total - used - free)
  const states = { used, free, buffers, cached: total - used - free - buffers }
  const samples: Sample[] = []
  for (const [state, bytes] of Object.entries(states))
    samples.push(sampleOf(usage, bytes, { 'system.memory.state': state }))
  for (const [state, bytes] of Object.entries(states)) {
    samples.push(sampleOf(utilization, total === 0 ? 0 : bytes / total, { 'system.memory.state': state }))
  }
  samples.push(sampleOf(available, of('MemAvailable')))
  samples.push(sampleOf(slab, info.get('SReclaimable') ?? 0, { [slabState]: 'reclaimable' }))
  samples.push(sampleOf(slab, info.get('SUnreclaim') ?? 0, { [slabState]: 'unreclaimable' }))
  return samples
})
