import { readFileSync } from 'node:fs'

/** What a process took between two moments. */
export interface TakenCost {
  /** User and system time of all its threads. */
  readonly cpuMsPerSecond: number
  /** Resident memory at the end, and the most that it ever was; 10⁶ bytes. */
  readonly rssMb: number
  readonly peakRssMb: number
}

// USER_HZ: the kernel tells the time of a process in hundredths of a second.
const msPerTick = 10

/** Watches another process of this machine through /proc. */
export class ProcessCost {
  readonly #pid: number
  readonly #beginMs = performance.now()
  readonly #beginTicks: number

  private constructor(pid: number) {
    this.#pid = pid
    this.#beginTicks = ticksOf(pid)
  }

  /** Throws where there is no such process. */
  static begin(pid: number): ProcessCost {
    return new ProcessCost(pid)
  }

  /** What it took since then. Throws where it has ended. */
  end(): TakenCost {
    const seconds = (performance.now() - this.#beginMs) / 1000
    const cpuMs = (ticksOf(this.#pid) - this.#beginTicks) * msPerTick
    const status = readFileSync(`/proc/${this.#pid}/status`, 'utf8')
    const megabytes = (line: string): number =>
      Math.round((Number(new RegExp(`^${line}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024) / 1e5) / 10
    return {
      cpuMsPerSecond: Math.round((cpuMs / seconds) * 100) / 100,
      rssMb: megabytes('VmRSS'),
      peakRssMb: megabytes('VmHWM'),
    }
  }
}

/** Fields 14 and 15 of /proc/PID/stat; the name before them may have blanks and brackets. Source: proc_pid_stat(5). */
function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11]) + Number(fields[12])
}
