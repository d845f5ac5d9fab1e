import { parseDuration } from '../runtime/duration.ts'
import { ConfigurationError, UsageError } from '../runtime/errors.ts'

const relative = /^(?:now)?([-+])(.+)$/

/** A moment as an address says it: Unix milliseconds, ISO 8601, `now`, `now-1h`. Throws UsageError saying what to write. */
export function parseMoment(name: string, text: string, nowMs: number): number {
  if (text === 'now') return nowMs
  if (/^\d{10,15}$/.test(text)) return Number(text)
  const [, sign, amount] = relative.exec(text) ?? []
  if (amount !== undefined) {
    const ms = durationOf(amount)
    if (ms !== undefined) return Math.round(sign === '-' ? nowMs - ms : nowMs + ms)
  }
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(time)) return time
  throw new UsageError(`${name}=${text} is no time`, {
    nextStep: 'write now, now-1h, 2026-11-24T10:00:00Z or Unix milliseconds',
  })
}

function durationOf(text: string): number | undefined {
  try {
    return parseDuration(text)
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined
    throw error
  }
}
