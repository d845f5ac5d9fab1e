import type { Metric } from '../metric/metric.ts'
import { group, readProc, sampleOf, type Definition } from './group.ts'
import { parseLoadAverage } from './proc/numbers.ts'

const spans = ['1m', '5m', '15m'] as const

function average(span: string): Definition {
  return {
    name: `system.cpu.load_average.${span}`,
    unit: '{thread}',
    kind: 'gauge',
    description: `Threads that run or wait, average of ${span}`,
  }
}

/** Load averages, from /proc/loadavg. The names are the Collector's; the conventions have none. */
export const load: Metric = group('load', async (signal, context) => {
  const averages = parseLoadAverage(await readProc(context, 'loadavg', signal))
  return spans.map((span, at) => sampleOf(average(span), averages[at] ?? 0))
})
