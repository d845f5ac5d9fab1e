import { defineGroup, type Group } from './group.ts'
import type { Definition } from './definition.ts'
import { parseLoadAverage } from './proc/load-average.ts'

function average(span: string, field: number): Definition {
  return {
    name: `system.cpu.load_average.${span}`,
    unit: '{thread}',
    kind: 'gauge',
    description: `Threads that run or wait, average of ${span}`,
    source: `/proc/loadavg, field ${field}`,
  }
}

const oneMinute = average('1m', 1)
const fiveMinutes = average('5m', 2)
const fifteenMinutes = average('15m', 3)

/** Load averages. The names are the Collector's; the conventions have none. */
export const load: Group = defineGroup({
  name: 'load',
  about: 'Load averages. The names are the OpenTelemetry Collector’s; the conventions have none.',
  metrics: [oneMinute, fiveMinutes, fifteenMinutes],
  defaults: {},
  sentences: {},
  open: () => (round) => {
    const averages = parseLoadAverage(round.proc('loadavg'))
    round.put(oneMinute, averages.oneMinute)
    round.put(fiveMinutes, averages.fiveMinutes)
    round.put(fifteenMinutes, averages.fifteenMinutes)
  },
})
