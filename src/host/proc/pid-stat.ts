import { formatError } from './format-error.ts'
import { Scanner } from './scanner.ts'
import { ticksPerSecond } from './user-ticks.ts'

/** What /proc/PID/stat says of a process. */
export interface PidStat {
  readonly command: string
  readonly minorFaults: number
  readonly majorFaults: number
  readonly userSeconds: number
  readonly systemSeconds: number
  readonly threads: number
  /** Seconds after the boot. */
  readonly startSeconds: number
  /** In RAM, in pages of this machine. */
  readonly pages: number
}

/** Parses /proc/PID/stat; the command may have any sign in it, a bracket and a newline too. Throws FormatError. Source: proc_pid_stat(5). */
export function parsePidStat(stat: Buffer): PidStat {
  const [open, close] = [stat.indexOf('('), stat.lastIndexOf(')')]
  const scanner = new Scanner('PID/stat', stat.subarray(close + 1))
  if (open < 0 || close < open || !scanner.nextLine()) throw formatError('PID/stat', 'names no command')
  // state, ppid, pgrp, session, tty, tpgid (which may be -1), flags.
  scanner.skip(7)
  const minorFaults = scanner.whole()
  scanner.skip(1)
  const majorFaults = scanner.whole()
  scanner.skip(1)
  const [userSeconds, systemSeconds] = [scanner.whole() / ticksPerSecond, scanner.whole() / ticksPerSecond]
  // Those of its children, priority, nice.
  scanner.skip(4)
  const threads = scanner.whole()
  scanner.skip(1)
  const startSeconds = scanner.whole() / ticksPerSecond
  scanner.skip(1)
  return {
    command: stat.toString('utf8', open + 1, close),
    minorFaults,
    majorFaults,
    userSeconds,
    systemSeconds,
    threads,
    startSeconds,
    pages: scanner.whole(),
  }
}
