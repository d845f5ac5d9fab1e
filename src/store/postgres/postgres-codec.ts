import { storedBytes, storedDate, storedText, storedWhole, toStored } from '../stored-value.ts'
import type { Codec } from '../store.ts'
import { pickNumbers } from './pick-numbers.ts'

/**
 * How the driver takes and gives our values: a time as a Date, a UUID and JSON as text, bytes as a Buffer, a bigint as
 * bigint or text. `postgres-values.ts` is the other half: what the driver makes of them.
 */
export const postgresCodec: Codec = {
  time: (ms) => toStored(new Date(ms)),
  timeMs: (stored) => storedDate(stored).getTime(),
  uid: toStored,
  uidText: storedText,
  json: (value) => toStored(JSON.stringify(value)),
  jsonValue: (stored): unknown => JSON.parse(storedText(stored)),
  bytes: toStored,
  bytesValue: storedBytes,
  bigint: toStored,
  bigintValue: storedWhole,
  wholesValue: readWholes,
  pickNumbers,
  numbersValue: readNumbers,
  numbers: (numbers) => `{${Array.from(numbers, (each) => (Number.isFinite(each) ? each : 'NULL')).join(',')}}`,
}

/** A `bigint[]` as the driver gives it: texts. */
function readWholes(stored: unknown): readonly number[] {
  if (Array.isArray(stored)) return stored.map(Number)
  throw new TypeError('the driver gave no list where numbers were expected')
}

/** A `float8[]` as `postgres-values.ts` reads it. */
function readNumbers(stored: unknown): readonly number[] {
  if (Array.isArray(stored)) return stored
  throw new TypeError('the driver gave no list where numbers were expected')
}
