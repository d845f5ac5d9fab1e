import { formatError } from './format-error.ts'
import { Scanner } from './scanner.ts'

/** When the host started, Unix milliseconds, of /proc/stat: the start of the kernel's counters. Source: proc_stat(5). */
export function parseBootTime(stat: Buffer): number {
  // Read backwards a little: on large machines the lines of the processors and interrupts are long.
  const at = stat.lastIndexOf('\nbtime ')
  const scanner = new Scanner('stat', stat.subarray(at + 1))
  if (at < 0 || !scanner.nextLine()) throw formatError('stat', "has no line 'btime'")
  scanner.skip(1)
  return scanner.whole() * 1000
}
