import { StoreBadValueError } from '../../runtime/errors.ts'

/** The magic, no flags, no extension. */
const signature = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const oids = { bigint: 20, float8: 701 } as const
/** PostgreSQL counts from the begin of 2000. */
const epochMs = 946_684_800_000

/** How many bytes the parts take at most. */
export const copyBytes = { around: 21, row: 2, field: 12, array: 24, element: 12 } as const

/**
 * The binary format of COPY: rows of fields, each field with its length before it, every number with its high byte first;
 * all in one buffer, without an object for a value. A value that its column cannot hold throws StoreBadValueError.
 * Source: postgresql.org/docs/current/sql-copy.html, "Binary Format"; the types' own formats are those of their `_send`.
 */
export class BinaryCopy {
  readonly #bytes: Buffer
  readonly #view: DataView
  #at = signature.length

  /** `size` is at least what will be written. */
  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafe(size)
    this.#bytes.set(signature)
    this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, size)
  }

  /** Begins a row of so many fields. */
  row(fields: number): void {
    this.#view.setInt16(this.#at, fields)
    this.#at += 2
  }

  smallint(value: number): void {
    if ((value << 16) >> 16 !== value) throw new StoreBadValueError(`${value} is no smallint`)
    this.#view.setInt32(this.#at, 2)
    this.#view.setInt16(this.#at + 4, value)
    this.#at += 6
  }

  int(value: number): void {
    if ((value | 0) !== value) throw new StoreBadValueError(`${value} is no int`)
    this.#view.setInt32(this.#at, 4)
    this.#view.setInt32(this.#at + 4, value)
    this.#at += 8
  }

  bigint(value: number): void {
    if (!Number.isSafeInteger(value)) throw new StoreBadValueError(`${value} is no whole number that a double keeps`)
    this.#view.setInt32(this.#at, 8)
    this.#int64(this.#at + 4, value)
    this.#at += 12
  }

  /** Unix milliseconds as microseconds since 2000. */
  time(ms: number): void {
    const micros = (Math.floor(ms) - epochMs) * 1000
    this.#view.setInt32(this.#at, 8)
    // From the year 2285 on there are more of them than a double keeps.
    if (Number.isSafeInteger(micros)) this.#int64(this.#at + 4, micros)
    else this.#view.setBigInt64(this.#at + 4, BigInt(Math.floor(ms) - epochMs) * 1000n)
    this.#at += 12
  }

  /** NaN and undefined are NULL. */
  double(value: number | undefined): void {
    if (value === undefined || Number.isNaN(value)) {
      this.#view.setInt32(this.#at, -1)
      this.#at += 4
    } else {
      this.#view.setInt32(this.#at, 8)
      this.#view.setFloat64(this.#at + 4, value)
      this.#at += 12
    }
  }

  /** `float8[]`; NaN is NULL. */
  doubles(values: Float64Array): void {
    const begin = this.#arrayHead(oids.float8, values.length)
    const view = this.#view
    let at = this.#at
    let hasNull = 0
    for (let index = 0; index < values.length; index++) {
      const value = values[index] ?? Number.NaN
      if (Number.isNaN(value)) {
        view.setInt32(at, -1)
        at += 4
        hasNull = 1
      } else {
        view.setInt32(at, 8)
        view.setFloat64(at + 4, value)
        at += 12
      }
    }
    this.#at = at
    this.#arrayEnd(begin, hasNull)
  }

  /** `bigint[]`. */
  bigints(values: readonly number[]): void {
    const begin = this.#arrayHead(oids.bigint, values.length)
    for (const value of values) this.bigint(value)
    this.#arrayEnd(begin, 0)
  }

  /** What was written, ended. */
  end(): Buffer {
    this.#view.setInt16(this.#at, -1)
    return this.#bytes.subarray(0, this.#at + 2)
  }

  /** An array of one dimension from 1 on, or of none when it is empty. Returns where its length will stand. */
  #arrayHead(oid: number, length: number): number {
    const begin = this.#at
    const view = this.#view
    view.setInt32(begin + 4, length === 0 ? 0 : 1)
    view.setInt32(begin + 12, oid)
    this.#at += 16
    if (length === 0) return begin
    view.setInt32(begin + 16, length)
    view.setInt32(begin + 20, 1)
    this.#at += 8
    return begin
  }

  #arrayEnd(begin: number, hasNull: number): void {
    this.#view.setInt32(begin, this.#at - begin - 4)
    this.#view.setInt32(begin + 8, hasNull)
  }

  #int64(at: number, value: number): void {
    const high = Math.floor(value / 2 ** 32)
    this.#view.setInt32(at, high)
    this.#view.setUint32(at + 4, value - high * 2 ** 32)
  }
}
