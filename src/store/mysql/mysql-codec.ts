import type { StoredBigint, StoredBytes, StoredJson, StoredTime, StoredUid } from '../schema.ts'
import type { Codec } from '../store.ts'

/**
 * How MySQL and MariaDB keep our values: a time as `timestamp(6)`, said and read as text in the session's zone, which is
 * UTC; a UUID as `binary(16)`; JSON as text, also where the server knows the type. The casts are the one place where a
 * stored value loses or gains its opaque type.
 */
export const mysqlCodec: Codec = {
  time: (ms) => toTimeText(ms) as unknown as StoredTime,
  timeMs: (stored) => fromTimeText(stored as unknown as string),
  uid: (uuid) => Buffer.from(uuid.replaceAll('-', ''), 'hex') as unknown as StoredUid,
  uidText: (stored) => toUuid((stored as unknown as Buffer).toString('hex')),
  json: (value) => JSON.stringify(value) as unknown as StoredJson,
  jsonValue: (stored) => JSON.parse(stored as unknown as string) as unknown,
  bytes: ({ buffer, byteOffset, byteLength }) =>
    // The driver knows only Buffer as bytes.
    Buffer.from(buffer, byteOffset, byteLength) as unknown as StoredBytes,
  bytesValue: (stored) => stored as unknown as Uint8Array,
  bigint: (value) => value as unknown as StoredBigint,
  bigintValue: (stored) => BigInt(stored as unknown as number | string),
}

/** Unix milliseconds as the text of a UTC session, such as `2026-11-24 08:15:30.250`. */
export function toTimeText(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').slice(0, -1)
}

/** The other way; digits below the millisecond are cut. */
export function fromTimeText(text: string): number {
  return Date.parse(`${text.slice(0, 23).replace(' ', 'T')}Z`)
}

function toUuid(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
