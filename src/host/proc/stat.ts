import { formatError } from './format-error.ts'
import { Scanner } from './scanner.ts'
import { ticksPerSecond } from './user-ticks.ts'

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

/** What /proc/stat says, since boot. */
export interface ProcStat {
  readonly total: CpuTimes
  /** How many processors are on. */
  readonly count: number
  /** By the kernel's number; processors that are off are missing, and all where they were not asked for. */
  readonly cpus: ReadonlyMap<number, CpuTimes>
  readonly interrupts?: number
  readonly contextSwitches?: number
  readonly softInterrupts?: number
  readonly processesCreated?: number
  /** Threads that run or could. */
  readonly running?: number
  /** Threads that wait for a disk. */
  readonly blocked?: number
}

const counts: Readonly<
  Record<string, 'interrupts' | 'contextSwitches' | 'softInterrupts' | 'processesCreated' | 'running' | 'blocked'>
> = {
  intr: 'interrupts',
  ctxt: 'contextSwitches',
  softirq: 'softInterrupts',
  processes: 'processesCreated',
  procs_running: 'running',
  procs_blocked: 'blocked',
}

/**
 * Parses /proc/stat, each processor's times only where they are asked for; lines that this kernel has not are absent.
 * Throws FormatError. Source: proc_stat(5).
 */
export function parseStat(stat: Buffer, { perCpu = false }: { readonly perCpu?: boolean } = {}): ProcStat {
  const scanner = new Scanner('stat', stat)
  const cpus = new Map<number, CpuTimes>()
  const found: Partial<Record<(typeof counts)[string], number>> = {}
  let total: CpuTimes | undefined
  let count = 0
  while (scanner.nextLine()) {
    const name = scanner.word()
    if (name === 'cpu') total = cpuTimes(scanner)
    else if (/^cpu\d+$/.test(name)) {
      count++
      if (perCpu) cpus.set(Number(name.slice(3)), cpuTimes(scanner))
    } else {
      const key = counts[name]
      // The first number of intr and softirq is the sum of the thousands that follow.
      if (key !== undefined) found[key] = scanner.whole()
    }
  }
  if (total === undefined) throw formatError('stat', "has no line 'cpu'")
  return { total, count, cpus, ...found }
}

function cpuTimes(scanner: Scanner): CpuTimes {
  const seconds = (): number => scanner.whole() / ticksPerSecond
  const later = (): number => (scanner.optionalWhole() ?? 0) / ticksPerSecond
  const [user, nice, system, idle, iowait] = [seconds(), seconds(), seconds(), seconds(), later()]
  const ticks = (scanner.optionalWhole() ?? 0) + (scanner.optionalWhole() ?? 0)
  return { user, nice, system, idle, iowait, interrupt: ticks / ticksPerSecond, steal: later() }
}
