import { fieldsOf, formatError, wholeNumber } from './lines.ts'

/** Seconds that a processor spent in each mode since boot; guest time is within user and nice, as the kernel counts it. */
export interface CpuTimes {
  readonly user: number
  readonly nice: number
  readonly system: number
  readonly idle: number
  readonly iowait: number
  readonly interrupt: number
  readonly steal: number
}

/** What /proc/stat says. */
export interface ProcStat {
  readonly total: CpuTimes
  /** By the kernel's number; processors that are off are missing. */
  readonly cpus: ReadonlyMap<number, CpuTimes>
  readonly bootedAtMs: number
}

// USER_HZ, which is 100 on every architecture that Node runs on.
const ticksPerSecond = 100

/** Parses /proc/stat. Source: proc_stat(5). */
export function parseStat(text: string): ProcStat {
  const cpus = new Map<number, CpuTimes>()
  let total: CpuTimes | undefined
  let bootedAtMs: number | undefined
  for (const [name = '', ...values] of fieldsOf(text)) {
    if (name === 'cpu') total = cpuTimes(values)
    else if (/^cpu\d+$/.test(name)) cpus.set(Number(name.slice(3)), cpuTimes(values))
    else if (name === 'btime') bootedAtMs = wholeNumber('stat', values[0]) * 1000
  }
  if (total === undefined) throw formatError('stat', "has no line 'cpu'")
  if (bootedAtMs === undefined) throw formatError('stat', "has no line 'btime'")
  return { total, cpus, bootedAtMs }
}

function cpuTimes(values: readonly string[]): CpuTimes {
  const seconds = (at: number): number => wholeNumber('stat', values[at] ?? '0') / ticksPerSecond
  if (values.length < 4) throw formatError('stat', `has ${values.length} numbers of a processor, at least 4 are needed`)
  return {
    user: seconds(0),
    nice: seconds(1),
    system: seconds(2),
    idle: seconds(3),
    iowait: seconds(4),
    interrupt: seconds(5) + seconds(6),
    steal: seconds(7),
  }
}
