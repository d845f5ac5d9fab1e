import type { StoredBigint, StoredBytes, StoredJson, StoredTime, StoredUid } from '../schema.ts'
import type { Codec } from '../store.ts'

/**
 * How SQLite keeps our values: a time as `2026-11-24 08:15:30.250` in UTC, a UUID and JSON as text, bytes as a blob.
 * The casts are the one place where a stored value loses or gains its opaque type.
 */
export const sqliteCodec: Codec = {
  time: (ms) => toTimeText(ms) as unknown as StoredTime,
  timeMs: (stored) => fromTimeText(stored as unknown as string),
  uid: (uuid) => uuid as unknown as StoredUid,
  uidText: (stored) => stored as unknown as string,
  json: (value) => JSON.stringify(value) as unknown as StoredJson,
  jsonValue: (stored) => JSON.parse(stored as unknown as string) as unknown,
  bytes: (bytes) => bytes as unknown as StoredBytes,
  bytesValue: (stored) => stored as unknown as Uint8Array,
  bigint: (value) => value as unknown as StoredBigint,
  bigintValue: (stored) => BigInt(stored as unknown as number | bigint),
}

/** Unix milliseconds as UTC text that sorts; also what stands in the column `time`. */
export function toTimeText(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').slice(0, -1)
}

/** The other way. */
export function fromTimeText(text: string): number {
  return Date.parse(`${text.replace(' ', 'T')}Z`)
}
