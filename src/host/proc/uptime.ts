import { formatError } from './format-error.ts'
import { Scanner } from './scanner.ts'

/** Seconds since boot of /proc/uptime. Throws FormatError. Source: proc_uptime(5). */
export function parseUptime(uptime: Buffer): number {
  const scanner = new Scanner('uptime', uptime)
  if (!scanner.nextLine()) throw formatError('uptime', 'is empty')
  return scanner.decimal()
}
