import { setImmediate } from 'node:timers/promises'
import { ConfigurationError } from '../../runtime/errors.ts'
import { defineGroup, type Group } from '../group.ts'
import type { Definition } from '../definition.ts'
import type { HostRound } from '../host-round.ts'
import { nameFilter, type NameFilterOptions, nameFilterSentences } from '../name-filter.ts'
import { parsePidStat, type PidStat } from '../proc/pid-stat.ts'
import { unlessStrange } from '../proc/unless-strange.ts'
import { parseUptime } from '../proc/uptime.ts'
import { parseKeyValues } from '../proc/key-values.ts'
import * as metrics from './process-metrics.ts'
import * as shares from './process-shares.ts'

/** Options of the group. */
export type TopOptions = NameFilterOptions & {
  readonly top: number
  readonly by: readonly string[]
}

const ofProcess = {
  'process.pid': 'the number',
  'process.executable.name': 'the kernel’s 15 letters of it, when it was first among those that use most',
}

function told(metric: Definition, source: string): Definition {
  return { ...metric, source, attributes: { ...ofProcess, ...metric.attributes } }
}

const cpuTime = told(metrics.cpuTime, '/proc/PID/stat, fields 14 and 15')
const memoryUsage = told(metrics.memoryUsage, '/proc/PID/status, VmRSS')
const memoryVirtual = told(metrics.memoryVirtual, metrics.memoryVirtual.source)
const threadCount = told(metrics.threadCount, metrics.threadCount.source)
const descriptorCount = told(
  metrics.descriptorCount,
  '/proc/PID/fd, number of entries; only of processes that are the agent’s own, or with CAP_SYS_PTRACE',
)
const contextSwitches = told(metrics.contextSwitches, '/proc/PID/status, of its first thread')
const pagingFaults = told(metrics.pagingFaults, '/proc/PID/stat, fields 12 and 10')
const diskIo = told(metrics.diskIo, metrics.diskIo.source)
const cpuUtilization = told(shares.cpuUtilization, shares.cpuUtilization.source)
const memoryUtilization = told(shares.memoryUtilization, shares.memoryUtilization.source)
const diskOperations = told(shares.diskOperations, shares.diskOperations.source)
const signalsPending = told(shares.signalsPending, shares.signalsPending.source)
const uptime = told(metrics.processUptime, '/proc/uptime less field 22 of /proc/PID/stat')

const measures = ['cpu', 'memory']
// So many are looked at before others have their turn: some six milliseconds.
const inOneGo = 200

interface Found extends PidStat {
  readonly pid: number
  /** Processor time since the former round. */
  readonly spent: number
  /** In the former round; undefined where it was not there. */
  readonly former: Times | undefined
}

/** Processor time of a process, seconds. */
type Times = Pick<PidStat, 'userSeconds' | 'systemSeconds'>

/** What all processes of a round have in common. */
interface Machine {
  readonly upSeconds: number | undefined
  readonly memoryBytes: number | undefined
  readonly onlineCpus: string | undefined
  /** Since the former round; undefined in the first. */
  readonly spanSeconds: number | undefined
}

/** The processes that use most. */
export const top: Group = defineGroup<TopOptions>({
  name: 'top',
  about:
    'The processes that used most processor time since the former round, and those that have most memory. The whole of /proc is looked through: about 30 µs for each process, measured. Never a command line, never an environment: they hold secrets. Its series are many: up to 13 for each process and 6 more that are opt-in, new ones for each that comes among them, and the database keeps a row for each series for ever; ask for few processes. The agent may be among them; what the group `runtime` says of it has no `process.pid`, so leave that out of a sum.',
  isOff: true,
  leastIntervalMs: 10_000,
  metrics: [
    cpuTime,
    memoryUsage,
    memoryVirtual,
    threadCount,
    descriptorCount,
    contextSwitches,
    pagingFaults,
    diskIo,
    uptime,
    cpuUtilization,
    memoryUtilization,
    diskOperations,
    signalsPending,
  ],
  defaults: { top: 10, by: measures, include: [], exclude: [] },
  sentences: {
    top: 'So many processes of each measure, at most 100.',
    by: 'The measures: `cpu`, `memory`.',
    ...nameFilterSentences('processes by name'),
  },
  check: ({ top: most, by }) => {
    if (!Number.isInteger(most) || most < 1 || most > 100) {
      throw new ConfigurationError(`host(): top.top is ${most}`, { nextStep: 'write a whole number from 1 to 100' })
    }
    const unknown = by.find((measure) => !measures.includes(measure))
    if (unknown !== undefined || by.length === 0) {
      throw new ConfigurationError(`host(): top.by is ${JSON.stringify(by)}`, {
        nextStep: `choose from ${measures.join(', ')}`,
      })
    }
  },
  open: (options) => {
    const isChosen = nameFilter(options)
    const state: { former: ReadonlyMap<string, Times>; atMs: number | undefined } = {
      former: new Map(),
      atMs: undefined,
    }
    return async (round) => {
      const seen = new Map<string, Times>()
      const found: Found[] = []
      const faults: Error[] = []
      const pids = round.listProc('').filter((name) => /^\d+$/.test(name))
      for (const [at, pid] of pids.entries()) {
        if (at % inOneGo === inOneGo - 1) await setImmediate(undefined, { signal: round.signal })
        const bytes = round.briefProc(`${pid}/stat`)
        if (bytes === undefined || bytes.length === 0) continue
        const stat = unlessStrange(
          () => parsePidStat(bytes),
          (fault) => faults.push(fault),
        )
        if (stat === undefined) continue
        const key = `${pid} ${stat.startSeconds}`
        const { userSeconds, systemSeconds } = stat
        seen.set(key, { userSeconds, systemSeconds })
        const former = state.former.get(key)
        const spent = userSeconds + systemSeconds - (former?.userSeconds ?? 0) - (former?.systemSeconds ?? 0)
        if (isChosen(stat.command)) found.push({ ...stat, pid: Number(pid), spent, former })
      }
      // One that is strange is a gap; where all are, this kernel has another form.
      if (seen.size === 0 && faults[0] !== undefined) throw faults[0]
      const spanSeconds = state.atMs === undefined ? undefined : (round.monotonicMs - state.atMs) / 1000
      state.former = seen
      state.atMs = round.monotonicMs
      const machine = machineOf(round, spanSeconds)
      for (const each of most(found, options)) putProcess(round, each, machine)
    }
  },
})

function most(found: readonly Found[], options: TopOptions): ReadonlySet<Found> {
  const first = (measure: (each: Found) => number): readonly Found[] =>
    found
      .filter((each) => measure(each) > 0)
      .sort((a, b) => measure(b) - measure(a))
      .slice(0, options.top)
  return new Set([
    ...(options.by.includes('cpu') ? first(({ spent }) => spent) : []),
    ...(options.by.includes('memory') ? first(({ pages }) => pages) : []),
  ])
}

function machineOf(round: HostRound, spanSeconds: number | undefined): Machine {
  return {
    upSeconds: round.wants(uptime) ? parseUptime(round.proc('uptime')) : undefined,
    memoryBytes: round.wants(memoryUtilization)
      ? parseKeyValues('meminfo', round.proc('meminfo')).get('MemTotal')
      : undefined,
    onlineCpus: round.wants(cpuUtilization) ? round.sys('devices/system/cpu/online') : undefined,
    spanSeconds,
  }
}

function putProcess(round: HostRound, found: Found, machine: Machine): void {
  const { upSeconds, memoryBytes } = machine
  const { pid, command } = found
  const startMs = round.bootedAtMs + Math.round(found.startSeconds * 1000)
  // Not the command: a process that runs another program in its place is the same one, and its counters go on.
  const key = `${pid} ${found.startSeconds}`
  const own = { 'process.pid': pid, 'process.executable.name': command }
  const all = round.subject(key, () => own)
  const put = (attribute: string, value: string, metric: Definition, number: number | undefined): void =>
    round.subject(`${key}\n${value}`, () => ({ ...own, [attribute]: value })).put(metric, number, startMs)
  put('cpu.mode', 'user', cpuTime, found.userSeconds)
  put('cpu.mode', 'system', cpuTime, found.systemSeconds)
  put('system.paging.fault.type', 'major', pagingFaults, found.majorFaults)
  put('system.paging.fault.type', 'minor', pagingFaults, found.minorFaults)
  all.put(threadCount, found.threads)
  all.put(uptime, upSeconds === undefined ? undefined : Math.max(0, upSeconds - found.startSeconds))
  const statusText = round.briefProc(`${pid}/status`)?.toString('latin1') ?? ''
  const status = numbersIn(statusText)
  const bytes = (name: string): number | undefined => {
    const kibibytes = status.get(name)
    return kibibytes === undefined ? undefined : kibibytes * 1024
  }
  all.put(memoryUsage, bytes('VmRSS'))
  all.put(memoryVirtual, bytes('VmSize'))
  put('process.context_switch.type', 'voluntary', contextSwitches, status.get('voluntary_ctxt_switches'))
  put('process.context_switch.type', 'involuntary', contextSwitches, status.get('nonvoluntary_ctxt_switches'))
  const cpus = shares.usableCpus(lineOf(statusText, 'Cpus_allowed_list'), machine.onlineCpus)
  put('cpu.mode', 'user', cpuUtilization, shareOf('userSeconds', found, cpus, machine))
  put('cpu.mode', 'system', cpuUtilization, shareOf('systemSeconds', found, cpus, machine))
  const resident = bytes('VmRSS')
  const isKnown = resident !== undefined && memoryBytes !== undefined && memoryBytes > 0
  all.put(memoryUtilization, isKnown ? resident / memoryBytes : undefined)
  all.put(signalsPending, shares.signalsIn(lineOf(statusText, 'SigPnd'), lineOf(statusText, 'ShdPnd')))
  const io = numbersIn(round.briefProc(`${pid}/io`)?.toString('latin1') ?? '')
  put('disk.io.direction', 'read', diskOperations, io.get('syscr'))
  put('disk.io.direction', 'write', diskOperations, io.get('syscw'))
  put('disk.io.direction', 'read', diskIo, io.get('read_bytes'))
  put('disk.io.direction', 'write', diskIo, io.get('write_bytes'))
  const descriptors = round.listProc(`${pid}/fd`).length
  // A folder that is not shown to us looks empty, and a process without any open file is rare.
  all.put(descriptorCount, descriptors === 0 ? undefined : descriptors)
}

/** Share of the time of the processors that it may use; undefined where it was not there in the former round. */
function shareOf(
  mode: keyof Times,
  { former, ...now }: Found,
  cpus: number | undefined,
  { spanSeconds = 0 }: Machine,
): number | undefined {
  if (former === undefined || cpus === undefined || spanSeconds <= 0) return undefined
  const spent = now[mode] - former[mode]
  // The kernel shares out what it measured between the two, so that one may fall.
  return spent < 0 ? undefined : spent / (spanSeconds * cpus)
}

/** Lines `name: number` and `name: number kB` of status and io; others are passed over. */
function numbersIn(text: string): ReadonlyMap<string, number> {
  return new Map(
    [...text.matchAll(/^(\w+):\s+(\d{1,20})(?: kB)?$/gm)].map(([, name = '', value]) => [name, Number(value)]),
  )
}

/** What stands after a name in status. */
function lineOf(status: string, name: string): string | undefined {
  return new RegExp(`^${name}:\\s*(\\S+)$`, 'm').exec(status)?.[1]
}
