import { defineGroup, type Group } from './group.ts'
import type { Definition } from './definition.ts'
import type { HostRound } from './host-round.ts'
import { parseKeyValues } from './proc/key-values.ts'
import { parseSwaps } from './proc/swaps.ts'

const ofSwap = { 'system.device': 'the device or file', 'system.paging.state': 'used, free' }

const usage: Definition = {
  name: 'system.paging.usage',
  unit: 'By',
  kind: 'updowncounter',
  integer: true,
  description: 'Swap space by state',
  attributes: ofSwap,
  source: '/proc/swaps, Used, and Size − Used',
}
const utilization: Definition = {
  name: 'system.paging.utilization',
  unit: '1',
  kind: 'gauge',
  description: 'Share of the swap space by state',
  attributes: ofSwap,
  source: 'system.paging.usage divided by Size',
}
const faults: Definition = {
  name: 'system.paging.faults',
  unit: '{fault}',
  kind: 'counter',
  integer: true,
  description: 'Page faults',
  attributes: { 'system.paging.fault.type': 'major, minor' },
  source: '/proc/vmstat: major is pgmajfault, minor pgfault − pgmajfault',
}
const operations: Definition = {
  name: 'system.paging.operations',
  unit: '{operation}',
  kind: 'counter',
  integer: true,
  description:
    'Pages swapped in and out (major); KiB read from and written to disks (minor), as the OpenTelemetry Collector has it',
  attributes: { 'system.paging.fault.type': 'major, minor', 'system.paging.direction': 'in, out' },
  source: '/proc/vmstat: major is pswpin and pswpout, minor pgpgin and pgpgout',
}

const oomKills: Definition = {
  name: 'hostvitals.memory.oom_kills',
  unit: '{process}',
  kind: 'counter',
  integer: true,
  description: 'Processes that the kernel killed for want of memory, in containers too',
  source: '/proc/vmstat, oom_kill (Linux 4.13)',
}

/** Swap space and page faults. */
export const paging: Group = defineGroup({
  name: 'paging',
  about: 'Swap space, page faults, and what the kernel killed for want of memory.',
  metrics: [usage, utilization, faults, operations, oomKills],
  defaults: {},
  sentences: {},
  open: () => (round) => {
    putSwaps(round)
    const vmstat = parseKeyValues('vmstat', round.proc('vmstat'))
    const [all, major] = [vmstat.get('pgfault'), vmstat.get('pgmajfault') ?? 0]
    ofType(round, 'major').put(faults, vmstat.get('pgmajfault'))
    ofType(round, 'minor').put(faults, all === undefined ? undefined : Math.max(0, all - major))
    ofType(round, 'major', 'in').put(operations, vmstat.get('pswpin'))
    ofType(round, 'major', 'out').put(operations, vmstat.get('pswpout'))
    ofType(round, 'minor', 'in').put(operations, vmstat.get('pgpgin'))
    ofType(round, 'minor', 'out').put(operations, vmstat.get('pgpgout'))
    round.put(oomKills, vmstat.get('oom_kill'))
  },
})

function putSwaps(round: HostRound): void {
  const swapsFile = round.optionalProc('swaps')
  if (swapsFile === undefined) return
  for (const { device, sizeBytes, usedBytes } of parseSwaps(swapsFile)) {
    const states = { used: usedBytes, free: sizeBytes - usedBytes }
    for (const [state, bytes] of Object.entries(states)) {
      const attributes = { 'system.device': device, 'system.paging.state': state }
      const subject = round.subject(`${device}\n${state}`, () => attributes)
      subject.put(usage, bytes)
      if (sizeBytes > 0) subject.put(utilization, bytes / sizeBytes)
    }
  }
}

function ofType(round: HostRound, type: string, direction?: string): ReturnType<HostRound['subject']> {
  const towards = direction === undefined ? {} : { 'system.paging.direction': direction }
  return round.subject(`${type} ${direction}`, () => ({ 'system.paging.fault.type': type, ...towards }))
}
