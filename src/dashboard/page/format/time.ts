import { isFollowing, spanOf } from '../address/time-range.ts'
import type { TimeRange } from '../address/time-range.ts'

const dayMs = 86_400_000

/** A moment in the reader's time zone, to the second: `24 Nov 2026, 13:31:05`. */
export function formatMoment(ms: number): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' }).format(ms)
}

/** The same moment in UTC: `12:31:05 UTC`. */
export function formatUtc(ms: number): string {
  return `${new Date(ms).toISOString().slice(11, 19)} UTC`
}

/** A moment as short as its range allows: `13:31:05`, `24 Nov 13:31`, `24 Nov 2026`. */
export function formatShort(ms: number, rangeMs: number): string {
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  if (rangeMs <= dayMs) return new Intl.DateTimeFormat('en-GB', { ...clock, second: '2-digit' }).format(ms)
  const day = { day: 'numeric', month: 'short' } as const
  if (rangeMs <= 60 * dayMs) return new Intl.DateTimeFormat('en-GB', { ...day, ...clock }).format(ms).replace(',', '')
  return new Intl.DateTimeFormat('en-GB', { ...day, year: 'numeric' }).format(ms)
}

/** A moment of a table's row, the year only where a range of this length may have two: `24 Nov 13:31:05`. */
export function formatRowTime(ms: number, rangeMs: number): string {
  const shape: Intl.DateTimeFormatOptions = {
    day: 'numeric',
    month: 'short',
    ...(rangeMs > 300 * dayMs ? { year: 'numeric' } : {}),
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }
  return new Intl.DateTimeFormat('en-GB', shape).format(ms).replace(',', '')
}

/** A length in its two largest units: `3 m 10 s`, `41 d 2 h`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const parts = [
    ['d', Math.floor(seconds / 86_400)],
    ['h', Math.floor(seconds / 3600) % 24],
    ['m', Math.floor(seconds / 60) % 60],
    ['s', seconds % 60],
  ] as const
  const first = parts.findIndex(([, count]) => count > 0)
  if (first === -1) return '0 s'
  const kept = parts.slice(first, first + 2).filter(([, count]) => count > 0)
  return kept.map(([unit, count]) => `${count} ${unit}`).join(' ')
}

/** What the range button says: `last 1 h`, or the two moments. */
export function formatRange(range: TimeRange, nowMs: number): string {
  const { fromMs, toMs } = spanOf(range, nowMs)
  if (isFollowing(range) && range.from.startsWith('now-')) return `last ${formatAge(toMs - fromMs)}`
  const isToday = new Date(fromMs).toDateString() === new Date(nowMs).toDateString()
  const shape: Intl.DateTimeFormatOptions = {
    ...(isToday ? {} : { day: 'numeric', month: 'short' }),
    ...(nowMs - fromMs > 300 * dayMs ? { year: 'numeric' } : {}),
    hour: '2-digit',
    minute: '2-digit',
    ...(toMs - fromMs < 600_000 ? { second: '2-digit' } : {}),
    hourCycle: 'h23',
  }
  return new Intl.DateTimeFormat('en-GB', shape).formatRange(fromMs, toMs)
}
