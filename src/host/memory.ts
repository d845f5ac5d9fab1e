import { defineGroup, type Group } from './group.ts'
import type { Definition } from './definition.ts'
import type { HostRound } from './host-round.ts'
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
    '/proc/meminfo: used is MemTotal − MemAvailable, free MemFree, buffers Buffers, cached what is left of MemTotal; where MemFree is more than MemAvailable, free is that, and buffers is cut in the same way, so that the sum stays MemTotal; before Linux 3.14, which has no MemAvailable, cached is Cached and SReclaimable, used what is left',
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

function whole(name: string, unit: string, description: string, line: string): Definition {
  return { name, unit, kind: 'updowncounter', integer: true, description, source: `/proc/meminfo, ${line}` }
}

const limit: Definition = {
  ...whole('system.memory.limit', 'By', 'The memory that the kernel has', 'MemTotal'),
  isOptIn: true,
}
const shared: Definition = {
  ...whole('system.memory.linux.shared', 'By', 'Memory of tmpfs and of what processes share', 'Shmem'),
  isOptIn: true,
}
const huge = 'system.memory.linux.hugepages'
const hugeState = `${huge}.state`
const hugeLimit = whole(`${huge}.limit`, '{page}', 'Huge pages in the pool', 'HugePages_Total')
const hugeReserved = whole(`${huge}.reserved`, '{page}', 'Huge pages promised and not yet given', 'HugePages_Rsvd')
const hugeSurplus = whole(`${huge}.surplus`, '{page}', 'Huge pages above the size of the pool', 'HugePages_Surp')
const hugeSize = whole(`${huge}.page_size`, 'By', 'Size of a huge page', 'Hugepagesize')
const hugeUsage: Definition = {
  ...whole(`${huge}.usage`, '{page}', 'Huge pages by state', 'HugePages_Total − HugePages_Free, and HugePages_Free'),
  attributes: { [hugeState]: 'used, free' },
}
const hugeUtilization: Definition = {
  name: `${huge}.utilization`,
  unit: '1',
  kind: 'gauge',
  description: 'Share of the huge pages by state; absent where there are none',
  attributes: { [hugeState]: 'used, free' },
  source: `${huge}.usage divided by HugePages_Total`,
}

/** Memory. `used` is MemTotal − MemAvailable (a note of the conventions). */
export const memory: Group = defineGroup({
  name: 'memory',
  about: 'Memory by state. The states add up to the total: of `cached` what is not available counts as used.',
  metrics: [
    usage,
    utilization,
    limit,
    available,
    shared,
    slab,
    hugeLimit,
    hugeReserved,
    hugeSurplus,
    hugeSize,
    hugeUsage,
    hugeUtilization,
  ],
  defaults: {},
  sentences: {},
  elsewhere: {
    about: 'usage and utilization, used and free; what the system caches counts as used; limit',
    open: () => (round, machine) => {
      const [total, free] = [machine.totalBytes(), machine.freeBytes()]
      round.put(limit, total)
      for (const [state, bytes] of Object.entries({ used: total - free, free })) {
        const subject = round.subject(state, () => ({ 'system.memory.state': state }))
        subject.put(usage, bytes)
        if (total > 0) subject.put(utilization, bytes / total)
      }
    },
  },
  open: () => (round) => {
    const info = parseKeyValues('meminfo', round.proc('meminfo'))
    const total = lineOf(info, 'MemTotal')
    for (const [state, bytes] of Object.entries(statesOf(info, total))) {
      const subject = round.subject(state, () => ({ 'system.memory.state': state }))
      subject.put(usage, bytes)
      if (total > 0) subject.put(utilization, bytes / total)
    }
    round.put(limit, total)
    round.put(available, info.get('MemAvailable'))
    round.put(shared, info.get('Shmem'))
    for (const [state, line] of slabStates) {
      round.subject(`slab ${state}`, () => ({ [slabState]: state })).put(slab, info.get(line))
    }
    putHugePages(round, info)
  },
})

const slabStates = [
  ['reclaimable', 'SReclaimable'],
  ['unreclaimable', 'SUnreclaim'],
] as const

type MemoryInfo = ReadonlyMap<string, number>

function lineOf(info: MemoryInfo, name: string): number {
  const value = info.get(name)
  if (value === undefined) throw formatError('meminfo', `has no line '${name}'`)
  return value
}

/** The states add up to the total, whatever the lines are, which the kernel reads one after the other. */
function statesOf(info: MemoryInfo, total: number): Record<'used' | 'free' | 'buffers' | 'cached', number> {
  const available = info.get('MemAvailable')
  if (available === undefined) {
    const free = Math.min(lineOf(info, 'MemFree'), total)
    const buffers = Math.min(lineOf(info, 'Buffers'), total - free)
    const cached = Math.min(lineOf(info, 'Cached') + (info.get('SReclaimable') ?? 0), total - free - buffers)
    return { used: total - free - buffers - cached, free, buffers, cached }
  }
  const used = Math.max(0, total - available)
  const free = Math.min(lineOf(info, 'MemFree'), total - used)
  const buffers = Math.min(lineOf(info, 'Buffers'), total - used - free)
  return { used, free, buffers, cached: total - used - free - buffers }
}

/** Of the default size; the lines are there where the kernel has huge pages at all. */
function putHugePages(round: HostRound, info: MemoryInfo): void {
  const [all, free] = [info.get('HugePages_Total'), info.get('HugePages_Free')]
  round.put(hugeLimit, all)
  round.put(hugeReserved, info.get('HugePages_Rsvd'))
  round.put(hugeSurplus, info.get('HugePages_Surp'))
  round.put(hugeSize, info.get('Hugepagesize'))
  if (all === undefined || free === undefined) return
  for (const [state, pages] of Object.entries({ used: all - free, free })) {
    const subject = round.subject(`huge ${state}`, () => ({ [hugeState]: state }))
    subject.put(hugeUsage, pages)
    if (all > 0) subject.put(hugeUtilization, pages / all)
  }
}
