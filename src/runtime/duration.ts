import { ConfigurationError } from './errors.ts'

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const pattern = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/

/** `500ms 10s 5m 1h 7d 2y`-like text as milliseconds (a year is 365 days); throws ConfigurationError saying what to write. */
export function parseDuration(text: string): number {
  const [, amount = '', unit = ''] = pattern.exec(text) ?? /^(\d+)(y)$/.exec(text) ?? []
  const factor = unit === 'y' ? 365 * 86_400_000 : unitMs[unit]
  const ms = Number(amount) * (factor ?? Number.NaN)
  if (amount === '' || !(ms > 0)) {
    throw new ConfigurationError(`'${text}' is no duration`, {
      nextStep: 'write a number and its unit: 500ms, 10s, 5m, 1h, 7d',
    })
  }
  return ms
}

/** Milliseconds as a person writes them, in the largest unit that is exact: `90s`, `2h`. */
export function formatDuration(ms: number): string {
  const [unit = 'ms', factor = 1] = Object.entries(unitMs).findLast(([, each]) => ms >= each && ms % each === 0) ?? []
  return `${ms / factor}${unit}`
}
