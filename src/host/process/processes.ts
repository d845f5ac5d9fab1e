import { setImmediate as othersTurn } from 'node:timers/promises'
import { hasCode } from '../../runtime/error-code.ts'
import { defineGroup, type Group } from '../group.ts'
import type { Definition } from '../definition.ts'
import type { HostRound } from '../host-round.ts'
import { parseProcessState } from '../proc/process-state.ts'
import { parseStat } from '../proc/stat.ts'
import { parseWhole } from '../proc/whole.ts'

const count: Definition = {
  name: 'system.process.count',
  unit: '{process}',
  kind: 'updowncounter',
  integer: true,
  description: 'Processes by state; absent where some of them are hidden from us',
  attributes: { 'process.state': 'running, sleeping, stopped, defunct' },
  source: '/proc/PID/stat, field 3: R; S, D, I, P, W and K; T and t; Z',
}
const created: Definition = {
  name: 'system.process.created',
  unit: '{process}',
  kind: 'counter',
  integer: true,
  description: 'Processes and threads started',
  source: '/proc/stat, processes',
}
const limit: Definition = {
  name: 'system.process.limit',
  unit: '{thread}',
  kind: 'updowncounter',
  integer: true,
  description: 'Threads that there can be',
  source: 'the lesser of /proc/sys/kernel/pid_max and threads-max',
}

const atOnce = 100

/** Processes. */
export const processes: Group = defineGroup({
  name: 'processes',
  about: 'Processes by state. There is a file for each of them, so thousands take a while.',
  leastIntervalMs: 30_000,
  metrics: [count, created, limit],
  defaults: {},
  sentences: {},
  open: () => async (round) => {
    round.put(created, parseStat(round.proc('stat')).processesCreated)
    const limits = ['pid_max', 'threads-max'].map((name) =>
      round.optionalProc(`sys/kernel/${name}`)?.toString('latin1'),
    )
    const known = limits.filter((text) => text !== undefined).map((text) => parseWhole('threads-max', text.trim()))
    if (known.length > 0) round.put(limit, Math.min(...known))
    if (!round.wants(count)) return
    const counts = await countStates(round)
    for (const [state, processes] of Object.entries(counts ?? {})) {
      round.subject(state, () => ({ 'process.state': state })).put(count, processes)
    }
  },
})

/** Undefined where the machine hides processes from us: a part of them is not their number. */
async function countStates(round: HostRound): Promise<Readonly<Record<string, number>> | undefined> {
  const counts: Record<string, number> = { running: 0, sleeping: 0, stopped: 0, defunct: 0 }
  const numbers = round.listProc('').filter((name) => /^\d+$/.test(name))
  // Every machine and container has a process 1.
  if (!numbers.includes('1')) return undefined
  for (const [index, number] of numbers.entries()) {
    try {
      const state = parseProcessState(round.procHead(`${number}/stat`))
      if (state !== undefined) counts[state] = (counts[state] ?? 0) + 1
    } catch (error) {
      if (hasCode(error, 'EACCES', 'EPERM')) return undefined
      // It has ended since it was listed.
      if (!hasCode(error, 'ENOENT', 'ESRCH')) throw error
    }
    if (index % atOnce === atOnce - 1) await othersTurn()
  }
  return counts
}
