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
  const { day, time, sign, hours = 0, minutes = 0, seconds = 0 } = isoTime.exec(text)?.groups ?? {}
  if (day === undefined || time === undefined) {
    throw new RangeError(`the time '${text}' is not in ISO style: ALTER ROLE … SET datestyle = 'ISO'`)
  }
  const aheadMs = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
  return new Date(Date.parse(`${day}T${time}Z`) - (sign === '-' ? -aheadMs : aheadMs))
}

/** A `float8[]` of one dimension; NULL is NaN. */
export function parseNumbers(text: string): Float64Array {
  if (text === '{}') return new Float64Array()
  return Float64Array.from(text.slice(1, -1).split(','), (each) => (each === 'NULL' ? Number.NaN : Number(each)))
}

function keepText(text: string): string {
  return text
}
