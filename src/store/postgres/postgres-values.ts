import { type CustomTypesConfig, types } from 'pg'

const isoTime =
  /^(?<day>\d{4}-\d\d-\d\d) (?<time>\d\d:\d\d:\d\d(?:\.\d+)?)(?<sign>[+-])(?<hours>\d\d)(?::(?<minutes>\d\d))?(?::(?<seconds>\d\d))?$/

const parsers: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [114, keepText], // json
  [3802, keepText], // jsonb
  [1184, parseTime], // timestamptz
  [1022, parseNumbers], // float8[]
  [1007, parseNumbers], // int[]
])

/**
 * How the server's texts are read. Not the driver's way for times (which reads other date styles wrongly), for JSON (kept
 * as text, so that what was read can be written), and for arrays of numbers (faster).
 */
export const postgresTypes: CustomTypesConfig = {
  getTypeParser: (oid, format) => parsers.get(oid) ?? types.getTypeParser(oid, format),
}

/** A parameter as the driver sends it: a time as UTC text, which means the same in every session's time zone. */
export function toParameter(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value
}

/** A `timestamptz` as the server writes it in any time zone. Throws where the session's DateStyle is not ISO. */
export function parseTime(text: string): Date {
  const utcMs = utcMsOf(text)
  if (utcMs !== undefined) return new Date(utcMs)
  const { day, time, sign, hours = 0, minutes = 0, seconds = 0 } = isoTime.exec(text)?.groups ?? {}
  if (day === undefined || time === undefined) {
    throw new RangeError(`the time '${text}' is not in ISO style: ALTER ROLE … SET datestyle = 'ISO'`)
  }
  const aheadMs = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
  return new Date(Date.parse(`${day}T${time}Z`) - (sign === '-' ? -aheadMs : aheadMs))
}

/**
 * The usual case, a session in UTC, by its digits: a list of hosts has tens of thousands of them. Undefined for any other
 * form, and for what is no time.
 */
function utcMsOf(text: string): number | undefined {
  const end = text.length - 3
  if (end < 19 || end === 20 || end > 26 || !text.endsWith('+00') || text[4] !== '-' || text[10] !== ' ')
    return undefined
  // A year below 100 would be one of our century.
  if (text.startsWith('00')) return undefined
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)]
  const ms =
    Date.UTC(year, month - 1, day, digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19)) +
    (end === 19 ? 0 : Math.floor((digits(text, 20, end) * 1000) / 10 ** (end - 20)))
  return Number.isNaN(ms) ? undefined : ms
}

/** The number that these digits write; NaN where one is none. */
function digits(text: string, from: number, to: number): number {
  let number = 0
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return Number.NaN
    number = number * 10 + digit
  }
  return number
}

/** A `float8[]` of one dimension; NULL is NaN. Not typed: short typed arrays cost more than their numbers. */
export function parseNumbers(text: string): readonly number[] {
  // The parser of JSON reads numbers twice as fast as we could; it knows no NaN and no Infinity.
  if (/NaN|I/.test(text))
    return text
      .slice(1, -1)
      .split(',')
      .map((each) => (each === 'NULL' ? Number.NaN : Number(each)))
  // What the server writes of numbers is JSON but for the braces and NULL.
  const list = JSON.parse(`[${text.slice(1, -1).replaceAll('NULL', 'null')}]`) as (number | null)[]
  return list.includes(null) ? list.map((each) => each ?? Number.NaN) : (list as readonly number[])
}

function keepText(text: string): string {
  return text
}
