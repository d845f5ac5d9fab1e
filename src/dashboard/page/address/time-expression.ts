const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, y: 31_536_000_000 } as const

const relative = /^(?:now)?\s*-\s*(\d+(?:\.\d+)?)\s*([smhdwy])$/i
const dayOnly = /^\d{4}-\d{2}-\d{2}$/
const clockOnly = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/
const iso = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/

/** A moment as it stands in an address: relative to now (`now-1h`), or fixed (ISO 8601 in UTC). */
export interface Moment {
  /** How it is written in the address, for the server as for people. */
  readonly text: string
  /** Unix milliseconds, where now is `nowMs`. */
  readonly ms: number
}

/** A length in the largest of `s`, `m`, `h`, `d` that leaves a whole number: `90m`, `7d`. */
export function durationText(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000))
  for (const [unit, size] of [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
  ] as const) {
    if (seconds % size === 0) return `${seconds / size}${unit}`
  }
  return `${seconds}s`
}

/** A fixed moment as it stands in an address. */
export function fixedMoment(ms: number): Moment {
  return { ms, text: new Date(ms).toISOString().replace('.000Z', 'Z') }
}

/**
 * What a person typed: `now`, `-3h`, `now-1d`, `2026-11-24`, `2026-11-24 13:00` (their own time zone), `13:00` (today), ISO 8601 or
 * Unix milliseconds. Undefined where it is none of these.
 */
export function parseMoment(typed: string, nowMs: number): Moment | undefined {
  const text = typed.trim()
  if (/^now$/i.test(text)) return { text: 'now', ms: nowMs }
  const [, amount, unit] = relative.exec(text) ?? []
  if (amount !== undefined && unit !== undefined) {
    const key = unit.toLowerCase()
    const ms = Number(amount) * (isUnit(key) ? unitMs[key] : 0)
    return ms < 1000 ? undefined : { text: `now-${durationText(ms)}`, ms: nowMs - ms }
  }
  if (/^\d{12,14}$/.test(text)) return fixedMoment(Number(text))
  const fixed = parseFixed(text, nowMs)
  return fixed === undefined || Number.isNaN(fixed) ? undefined : fixedMoment(fixed)
}

function parseFixed(text: string, nowMs: number): number | undefined {
  const [, hour, minute, second] = clockOnly.exec(text) ?? []
  if (hour !== undefined) return new Date(nowMs).setHours(Number(hour), Number(minute), Number(second ?? 0), 0)
  // Without a zone a day is a day of the reader's, as the axis shows it; `new Date` would take it as one of UTC.
  if (dayOnly.test(text)) return new Date(`${text}T00:00`).getTime()
  return iso.test(text) ? new Date(text.replace(' ', 'T')).getTime() : undefined
}

/** True where only a day is written, without an hour. */
export function isDay(text: string): boolean {
  return dayOnly.test(text.trim())
}

function isUnit(text: string): text is keyof typeof unitMs {
  return Object.hasOwn(unitMs, text)
}
