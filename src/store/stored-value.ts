import type { StoredBigint, StoredBytes, StoredJson, StoredTime, StoredUid } from './schema.ts'

/** What the drivers take for a column. */
export type DriverValue = string | number | bigint | Date | Uint8Array

/** Fits every opaque column: which one it is, the place that it is given to says. */
type Stored = StoredBigint & StoredBytes & StoredJson & StoredTime & StoredUid

/** A driver's value as the opaque one of its column: for a dialect's `Codec`, which knows how its database keeps it. */
export function toStored(value: DriverValue): Stored {
  // The one place where a value becomes opaque: that the types cannot be made otherwise is what they are for.
  return value as unknown as Stored
}

/** A stored value that is text. Throws TypeError where the driver gave something else. */
export function storedText(stored: unknown): string {
  if (typeof stored === 'string') return stored
  throw new TypeError(`the driver gave ${nameOf(stored)} where text was expected`)
}

/** A stored value that is a time of the driver's. Throws TypeError where it gave something else. */
export function storedDate(stored: unknown): Date {
  if (stored instanceof Date) return stored
  throw new TypeError(`the driver gave ${nameOf(stored)} where a time was expected`)
}

/** A stored value that is bytes. Throws TypeError where the driver gave something else. */
export function storedBytes(stored: unknown): Uint8Array {
  if (stored instanceof Uint8Array) return stored
  throw new TypeError(`the driver gave ${nameOf(stored)} where bytes were expected`)
}

/** A stored whole number, which drivers give as text, number or bigint. Throws TypeError for anything else. */
export function storedWhole(stored: unknown): bigint {
  if (typeof stored === 'bigint') return stored
  if (typeof stored === 'string' || typeof stored === 'number') return BigInt(stored)
  throw new TypeError(`the driver gave ${nameOf(stored)} where a whole number was expected`)
}

function nameOf(value: unknown): string {
  return value === null ? 'null' : typeof value
}
