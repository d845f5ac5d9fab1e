import { defineGroup, type Group } from './group.ts'
import type { Definition } from './definition.ts'
import { parseUptime } from './proc/uptime.ts'

const since: Definition = {
  name: 'system.uptime',
  unit: 's',
  kind: 'gauge',
  description: 'Time since the host started',
  source: '/proc/uptime, field 1',
}

/** Time since boot. */
export const uptime: Group = defineGroup({
  name: 'uptime',
  about: 'Time since the host started.',
  metrics: [since],
  defaults: {},
  sentences: {},
  elsewhere: {
    about: 'uptime',
    open: () => (round, machine) => round.put(since, machine.uptimeSeconds()),
  },
  open: () => (round) => round.put(since, parseUptime(round.proc('uptime'))),
})
