import { readWholes } from '../json-rows.ts'
import { pickJsonNumbers, readJsonNumbers, writeJsonNumbers } from '../pick-json-numbers.ts'
import { storedBytes, storedText, storedWhole, toStored } from '../stored-value.ts'
import type { Codec } from '../store.ts'
import { fromTimeText, toTimeText } from '../utc-text.ts'

/** How SQLite keeps our values: a time as `2026-11-24 08:15:30.250` in UTC, a UUID and JSON as text, bytes as a blob. */
export const sqliteCodec: Codec = {
  time: (ms) => toStored(toTimeText(ms)),
  timeMs: (stored) => fromTimeText(storedText(stored)),
  uid: toStored,
  uidText: storedText,
  json: (value) => toStored(JSON.stringify(value)),
  jsonValue: (stored): unknown => JSON.parse(storedText(stored)),
  bytes: toStored,
  bytesValue: storedBytes,
  bigint: toStored,
  bigintValue: storedWhole,
  wholesValue: readWholes,
  pickNumbers: pickJsonNumbers,
  numbersValue: readJsonNumbers,
  numbers: writeJsonNumbers,
}
