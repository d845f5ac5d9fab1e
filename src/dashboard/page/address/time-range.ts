import { durationText, fixedMoment, isDay, parseMoment } from './time-expression.ts'

/** A range as it stands in the address: `now-1h` to `now`, or two fixed moments. */
export interface TimeRange {
  readonly from: string
  readonly to: string
}

/** A range in Unix milliseconds. */
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

const dayMs = 86_400_000

/** The longest range that is shown: two years and a leap day. */
export const longestMs: number = 731 * dayMs

/** What a page shows when its address names no range; this very object stands for such an address. */
export const defaultRange: TimeRange = { from: 'now-1h', to: 'now' }

/** The ranges of one click, with the words on their buttons. */
export const presets: readonly { readonly words: string; readonly range: TimeRange }[] = [
  ['15 min', '15m'],
  ['1 hour', '1h'],
  ['6 hours', '6h'],
  ['24 hours', '1d'],
  ['7 days', '7d'],
  ['30 days', '30d'],
  ['90 days', '90d'],
  ['1 year', '365d'],
  ['2 years', '730d'],
].map(([words = '', length = '']) => ({ words, range: { from: `now-${length}`, to: 'now' } }))

/** The range in milliseconds; what cannot be read in it is taken from the default range. */
export function spanOf(range: TimeRange, nowMs: number): Span {
  const toMs = parseMoment(range.to, nowMs)?.ms ?? nowMs
  const fromMs = parseMoment(range.from, nowMs)?.ms ?? toMs - 3_600_000
  return fromMs < toMs ? { fromMs, toMs } : { fromMs: toMs - 3_600_000, toMs }
}

/** True where the range moves with the clock. */
export function isFollowing(range: TimeRange): boolean {
  return range.to === 'now'
}

/** What a person typed: one moment (until now; a day: that day) or two with `..` or `to` between; or why it cannot be shown. */
export function parseRange(typed: string, nowMs: number): TimeRange | { readonly fault: string } {
  const [first = '', second] = typed.split(/\s*(?:\.\.|\bto\b|→|–)\s*/i)
  const from = parseMoment(first, nowMs)
  if (from === undefined) return { fault: `'${first.trim()}' is no time: try -3h, now-1d or 2026-11-24 13:00` }
  const to =
    second === undefined
      ? isDay(first)
        ? fixedMoment(Math.min(nowMs, from.ms + dayMs))
        : parseMoment('now', nowMs)
      : parseMoment(second, nowMs)
  if (to === undefined) return { fault: `'${(second ?? '').trim()}' is no time: try now, -30m or 2026-11-24 14:00` }
  if (to.ms <= from.ms) return { fault: 'the range ends before it begins' }
  if (to.ms - from.ms > longestMs) return { fault: 'the range is longer than two years' }
  return { from: from.text, to: to.text }
}

/** The range before (-1) or after (1), of the same length; one that would pass now follows the clock instead. */
export function shiftRange(range: TimeRange, nowMs: number, direction: 1 | -1): TimeRange {
  const { fromMs, toMs } = spanOf(range, nowMs)
  const length = toMs - fromMs
  const end = toMs + direction * length
  // A little before now is meant as now: time went on while the earlier range was looked at.
  if (end >= nowMs - length / 20) return { from: `now-${durationText(length)}`, to: 'now' }
  return fixedRange({ fromMs: end - length, toMs: end })
}

/** The fixed range of two moments, in whole seconds and never shorter than ten of them. */
export function fixedRange({ fromMs, toMs }: Span): TimeRange {
  const start = Math.round(fromMs / 1000) * 1000
  const end = Math.max(start + 10_000, Math.round(toMs / 1000) * 1000)
  return { from: fixedMoment(start).text, to: fixedMoment(end).text }
}
