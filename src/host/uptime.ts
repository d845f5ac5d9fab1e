import type { Metric } from '../metric/metric.ts'
import { group, readProc, sampleOf, type Definition } from './group.ts'
import { parseUptime } from './proc/numbers.ts'

const definition: Definition = {
  name: 'system.uptime',
  unit: 's',
  kind: 'gauge',
  description: 'Time since the host started',
}

/** Time since boot, from /proc/uptime. */
export const uptime: Metric = group('uptime', async (signal, context) => [
  sampleOf(definition, parseUptime(await readProc(context, 'uptime', signal))),
])
