import { UsageError } from '../../runtime/errors.ts'
import { parseDurationOption } from '../duration-option.ts'

/** A moment as typed: ISO 8601, `now`, or a duration before now (`-1h`). Returns Unix milliseconds; throws UsageError. */
export function parseTime(text: string, nowMs: number): number {
  if (text === 'now') return nowMs
  if (text.startsWith('-')) return nowMs - parseDurationOption(text, text.slice(1))
  const time = Date.parse(text)
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(time)) {
    throw new UsageError(`'${text}' is no time`, { nextStep: 'write now, -1h, or 2026-11-24T10:00:00Z' })
  }
  return time
}
