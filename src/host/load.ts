import { defineGroup, type Group } from './group.ts'
import type { Definition } from './definition.ts'
import { parseStat } from './proc/stat.ts'
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

function threads(state: string, description: string, line: string): Definition {
  return {
    name: `hostvitals.threads.${state}`,
    unit: '{thread}',
    kind: 'updowncounter',
    integer: true,
    description,
    source: `/proc/stat, ${line}`,
  }
}

const running = threads('running', 'Threads that run or could', 'procs_running')
const blocked = threads('blocked', 'Threads that wait for a disk', 'procs_blocked')

/** Load averages. The names are the Collector's; the conventions have none. */
export const load: Group = defineGroup({
  name: 'load',
  about:
    'Load averages, under the OpenTelemetry Collector’s names, since the conventions have none, and the threads that make the load now.',
  metrics: [oneMinute, fiveMinutes, fifteenMinutes, running, blocked],
  defaults: {},
  sentences: {},
  elsewhere: {
    about: 'the averages',
    open: () => (round, machine) => {
      // Windows has none, and Node says zeros.
      if (machine.platform === 'win32') return
      const [one, five, fifteen] = machine.loadAverages()
      round.put(oneMinute, one)
      round.put(fiveMinutes, five)
      round.put(fifteenMinutes, fifteen)
    },
  },
  open: () => (round) => {
    const averages = parseLoadAverage(round.proc('loadavg'))
    round.put(oneMinute, averages.oneMinute)
    round.put(fiveMinutes, averages.fiveMinutes)
    round.put(fifteenMinutes, averages.fifteenMinutes)
    const bytes = round.optionalProc('stat')
    if (bytes === undefined) return
    const stat = parseStat(bytes)
    round.put(running, stat.running)
    round.put(blocked, stat.blocked)
  },
})
