import type { Metric } from '../metric/metric.ts'
import type { Sample } from '../metric/sample.ts'
import { bootTime } from './boot-time.ts'
import { group, readOptionalProc, readProc, sampleOf, type Definition } from './group.ts'
import { parseKeyValues } from './proc/key-values.ts'
import { parseSwaps } from './proc/numbers.ts'

const usage: Definition = {
  name: 'system.paging.usage',
  unit: 'By',
  kind: 'updowncounter',
  integer: true,
  description: 'Swap space by state',
}
const utilization: Definition = {
  name: 'system.paging.utilization',
  unit: '1',
  kind: 'gauge',
  description: 'Share of the swap space by state',
}
const faults: Definition = {
  name: 'system.paging.faults',
  unit: '{fault}',
  kind: 'counter',
  integer: true,
  description: 'Page faults',
}
const operations: Definition = {
  name: 'system.paging.operations',
  unit: '{operation}',
  kind: 'counter',
  integer: true,
  description: 'Pages swapped in and out, and read and written for files',
}

/** Swap space and page faults, from /proc/swaps and /proc/vmstat. */
export const paging: Metric = group('paging', async (signal, context) => {
  const vmstat = parseKeyValues('vmstat', await readProc(context, 'vmstat', signal))
  const swaps = parseSwaps((await readOptionalProc(context, 'swaps', signal)) ?? '')
  const start = await bootTime(context, signal)
  const samples: Sample[] = []
  for (const { device, sizeBytes, usedBytes } of swaps) {
    const states = { used: usedBytes, free: sizeBytes - usedBytes }
    for (const [state, bytes] of Object.entries(states)) {
      const attributes = { 'system.device': device, 'system.paging.state': state }
      samples.push(sampleOf(usage, bytes, attributes))
      if (sizeBytes > 0) samples.push(sampleOf(utilization, bytes / sizeBytes, attributes))
    }
  }
  const count = (
    definition: Definition,
    value: number | undefined,
    attributes: Readonly<Record<string, string>>,
  ): void => {
    if (value !== undefined) samples.push(sampleOf(definition, value, attributes, start))
  }
  const major = vmstat.get('pgmajfault')
  const all = vmstat.get('pgfault')
  count(faults, major, { 'system.paging.fault.type': 'major' })
  count(faults, all === undefined ? undefined : all - (major ?? 0), { 'system.paging.fault.type': 'minor' })
  count(operations, vmstat.get('pswpin'), { 'system.paging.fault.type': 'major', 'system.paging.direction': 'in' })
  count(operations, vmstat.get('pswpout'), { 'system.paging.fault.type': 'major', 'system.paging.direction': 'out' })
  count(operations, vmstat.get('pgpgin'), { 'system.paging.fault.type': 'minor', 'system.paging.direction': 'in' })
  count(operations, vmstat.get('pgpgout'), { 'system.paging.fault.type': 'minor', 'system.paging.direction': 'out' })
  return samples
})
