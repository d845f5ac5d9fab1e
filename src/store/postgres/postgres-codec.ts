import type { StoredBigint, StoredBytes, StoredJson, StoredTime, StoredUid } from '../schema.ts'
import type { Codec } from '../store.ts'

/**
 * How the driver takes and gives our values: a time as a Date, a UUID and JSON as text, bytes as a Buffer, a bigint as
 * bigint or text. `postgres-values.ts` is the other half: what the driver makes of them. The casts are the one place where
 * a stored value loses or gains its opaque type.
 */
export const postgresCodec: Codec = {
  time: (ms) => new Date(ms) as unknown as StoredTime,
  timeMs: (stored) => (stored as unknown as Date).getTime(),
  uid: (uuid) => uuid as unknown as StoredUid,
  uidText: (stored) => stored as unknown as string,
  json: (value) => JSON.stringify(value) as unknown as StoredJson,
  jsonValue: (stored) => JSON.parse(stored as unknown as string) as unknown,
  bytes: (bytes) => bytes as unknown as StoredBytes,
  bytesValue: (stored) => stored as unknown as Uint8Array,
  bigint: (value) => value as unknown as StoredBigint,
  bigintValue: (stored) => BigInt(stored as unknown as bigint | string),
}
