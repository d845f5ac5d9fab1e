import { formatError } from './format-error.ts'
import { Scanner } from './scanner.ts'

/** What /proc/loadavg says. */
export interface LoadAverage {
  readonly oneMinute: number
  readonly fiveMinutes: number
  readonly fifteenMinutes: number
}

/** Parses /proc/loadavg. Throws FormatError. Source: proc_loadavg(5). */
export function parseLoadAverage(loadavg: Buffer): LoadAverage {
  const scanner = new Scanner('loadavg', loadavg)
  if (!scanner.nextLine()) throw formatError('loadavg', 'is empty')
  return { oneMinute: scanner.decimal(), fiveMinutes: scanner.decimal(), fifteenMinutes: scanner.decimal() }
}
