import { readWholes } from '../json-rows.ts'
import { pickJsonNumbers, readJsonNumbers, writeJsonNumbers } from '../pick-json-numbers.ts'
import { storedBytes, storedText, storedWhole, toStored } from '../stored-value.ts'
import type { Codec } from '../store.ts'
import { fromTimeText, toTimeText } from '../utc-text.ts'

/**
 * How MySQL and MariaDB keep our values: a time as `timestamp(6)`, said and read as text in the session's zone, which is
 * UTC; a UUID as `binary(16)`; JSON as text, also where the server knows the type.
 */
export const mysqlCodec: Codec = {
  time: (ms) => toStored(toTimeText(ms)),
  timeMs: (stored) => fromTimeText(storedText(stored)),
  uid: (uuid) => toStored(Buffer.from(uuid.replaceAll('-', ''), 'hex')),
  uidText: (stored) => toUuid(Buffer.from(storedBytes(stored)).toString('hex')),
  json: (value) => toStored(JSON.stringify(value)),
  jsonValue: (stored): unknown => JSON.parse(storedText(stored)),
  // The driver knows only Buffer as bytes.
  bytes: ({ buffer, byteOffset, byteLength }) => toStored(Buffer.from(buffer, byteOffset, byteLength)),
  bytesValue: storedBytes,
  bigint: toStored,
  bigintValue: storedWhole,
  wholesValue: readWholes,
  pickNumbers: pickJsonNumbers,
  numbersValue: readJsonNumbers,
  numbers: writeJsonNumbers,
}

function toUuid(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
