import { isUtf8 } from 'node:buffer'
import { RecordError } from '../runtime/errors.ts'

/** Begin and end of a value within the bytes. */
export type Range = readonly [begin: number, end: number]

/**
 * Reads protobuf from a range of bytes without copying. A message is read by `next` until it is 0; a tag is a field number
 * times 8 plus the wire type (0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes), so that a known field of another
 * type is an unknown field. Anything malformed throws RecordError with the byte it was found at; groups are refused.
 * Source: protobuf.dev, "Encoding".
 */
export class ProtobufReader {
  readonly #bytes: Buffer
  readonly #view: DataView
  #at = 0
  #end: number

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#end = bytes.byteLength
  }

  /** The byte that is read next. */
  get position(): number {
    return this.#at
  }

  /** The end of the current message. */
  get end(): number {
    return this.#end
  }

  /** The next field's tag; 0 at the end of the current message. */
  next(): number {
    if (this.#at >= this.#end) return 0
    const tag = this.varint()
    if (tag < 8 || tag > 0xffffffff) throw this.#malformed(`the field number ${Math.floor(tag / 8)}`)
    return tag
  }

  /** Makes the message that begins here the current one; `leave` takes what this returns. */
  enter(): number {
    const outerEnd = this.#end
    this.#end = this.#endOfLengthDelimited()
    return outerEnd
  }

  /** Goes on behind the current message, in the one around it. */
  leave(outerEnd: number): void {
    this.#at = this.#end
    this.#end = outerEnd
  }

  /** Where the next length-delimited value lies; it is skipped, for a second look by `seek`. */
  range(): Range {
    const end = this.#endOfLengthDelimited()
    const begin = this.#at
    this.#at = end
    return [begin, end]
  }

  /** Makes a range the current message. Who needs `position` and `end` again keeps them before. */
  seek(begin: number, end: number): void {
    this.#at = begin
    this.#end = end
  }

  /** A varint of at most ten bytes; beyond 2^53 it is inexact, see `exactVarint`. Two's complement stays unsigned. */
  varint(): number {
    const bytes = this.#bytes
    let value = 0
    let factor = 1
    for (let count = 0; count < 10; count++) {
      const byte = bytes[this.#at]
      if (byte === undefined || this.#at >= this.#end) throw this.#malformed('a number that is cut off')
      this.#at++
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
      factor *= 128
    }
    throw this.#malformed('a number of more than ten bytes')
  }

  /** A varint of at most 2^53; beyond it throws. */
  exactVarint(): number {
    return this.#exact(this.varint())
  }

  /** An int64 varint, negative ones included; beyond ±2^53 it throws. */
  int64(): number {
    const begin = this.#at
    const value = this.varint()
    if (value < 2 ** 63) return this.#exact(value)
    let exact = 0n
    for (let at = begin; at < this.#at; at++) {
      exact |= BigInt((this.#bytes[at] ?? 0) & 0x7f) << BigInt(7 * (at - begin))
    }
    return this.#exact(Number(BigInt.asIntN(64, exact)))
  }

  /** A sint32; beyond 32 bits it throws. */
  sint32(): number {
    const value = this.varint()
    if (value > 0xffffffff) throw this.#malformed('a number of more than 32 bits')
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /** Skips eight bytes and returns where they begin. */
  eightBytes(): number {
    if (this.#at + 8 > this.#end) throw this.#malformed('a fixed number that is cut off')
    this.#at += 8
    return this.#at - 8
  }

  /** A double. */
  double(): number {
    return this.#view.getFloat64(this.eightBytes(), true)
  }

  /** An sfixed64; beyond ±2^53 it is the nearest double. */
  nearestSfixed64(): number {
    return int64At(this.#view, this.eightBytes())
  }

  /** A fixed64; beyond 2^53 it throws. */
  fixed64(): number {
    const at = this.eightBytes()
    return this.#exact(this.#view.getUint32(at + 4, true) * 2 ** 32 + this.#view.getUint32(at, true))
  }

  /** A fixed64 of nanoseconds since 1970, as milliseconds. */
  nanoseconds(): number {
    return millisecondsAt(this.#view, this.eightBytes())
  }

  /** A string; NUL is left out, since PostgreSQL cannot keep it. Bad UTF-8 throws. */
  string(): string {
    const [begin, end] = this.range()
    if (!isUtf8(this.#bytes.subarray(begin, end))) throw new RecordError(`the text at byte ${begin} is no UTF-8`)
    const text = this.#bytes.toString('utf8', begin, end)
    return text.includes('\0') ? text.replaceAll('\0', '') : text
  }

  /** Bytes as base64 text. */
  base64(): string {
    const [begin, end] = this.range()
    return this.#bytes.toString('base64', begin, end)
  }

  /** The raw bytes of a range as a text that is equal for equal bytes. */
  rawText(begin: number, end: number): string {
    return this.#bytes.toString('latin1', begin, end)
  }

  /** Skips the value of an unknown field. */
  skip(tag: number): void {
    const wireType = tag % 8
    if (wireType === 0) this.varint()
    else if (wireType === 1) this.eightBytes()
    else if (wireType === 2) this.range()
    else if (wireType === 5 && this.#at + 4 <= this.#end) this.#at += 4
    else throw this.#malformed(`wire type ${wireType}`)
  }

  #endOfLengthDelimited(): number {
    const length = this.varint()
    if (length > this.#end - this.#at) throw this.#malformed('a length that reaches beyond the end')
    return this.#at + length
  }

  #exact(value: number): number {
    if (!Number.isSafeInteger(value)) throw this.#malformed('a whole number beyond 2^53')
    return value
  }

  #malformed(what: string): RecordError {
    return new RecordError(`this is no OTLP protobuf: ${what} at byte ${this.#at}`)
  }
}

/** The sfixed64 at a place; beyond ±2^53 it is the nearest double. */
export function int64At(view: DataView, at: number): number {
  return view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true)
}

/** The fixed64 at a place, nanoseconds since 1970, as milliseconds, rounded. */
export function millisecondsAt(view: DataView, at: number): number {
  return Math.round((view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true)) / 1e6)
}
