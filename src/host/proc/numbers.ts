import { fieldsOf, formatError } from './lines.ts'

/** The averages of /proc/loadavg. Source: proc_loadavg(5). */
export function parseLoadAverage(
  text: string,
): readonly [oneMinute: number, fiveMinutes: number, fifteenMinutes: number] {
  const [one, five, fifteen] = decimals('loadavg', text, 3)
  return [one ?? 0, five ?? 0, fifteen ?? 0]
}

/** Seconds since boot of /proc/uptime. Source: proc_uptime(5). */
export function parseUptime(text: string): number {
  return decimals('uptime', text, 1)[0] ?? 0
}

/** One swap area of /proc/swaps, bytes. Source: proc_swaps(5). */
export interface Swap {
  readonly device: string
  readonly sizeBytes: number
  readonly usedBytes: number
}

/** Parses /proc/swaps. */
export function parseSwaps(text: string): readonly Swap[] {
  return fieldsOf(text)
    .slice(1)
    .map(([device = '', , size, used]) => {
      const [sizeKib, usedKib] = decimals('swaps', `${size} ${used}`, 2)
      return { device, sizeBytes: (sizeKib ?? 0) * 1024, usedBytes: (usedKib ?? 0) * 1024 }
    })
}

function decimals(file: string, text: string, count: number): readonly number[] {
  const numbers = (fieldsOf(text)[0] ?? []).slice(0, count).map(Number)
  if (numbers.length < count || numbers.some((number) => !Number.isFinite(number))) {
    throw formatError(file, `'${text.slice(0, 40).trim()}' does not begin with ${count} numbers`)
  }
  return numbers
}
