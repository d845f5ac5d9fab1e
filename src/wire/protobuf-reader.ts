import { RecordError } from '../runtime/errors.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** A field's number and wire type: 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes. */
export interface FieldTag {
  readonly field: number
  readonly wireType: number
}

/**
 * Reads protobuf from a range of bytes without copying. Anything malformed throws RecordError with the byte it was found
 * at; unknown fields are skipped, groups refused. Source: protobuf.dev, "Encoding".
 */
export class ProtobufReader {
  readonly bytes: Buffer
  #at: number
  #end: number

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#at = 0
    this.#end = bytes.byteLength
  }

  /** The byte that is read next. */
  get position(): number {
    return this.#at
  }

  /** Reads the fields of the current range one by one; `read` must take the value or call `skip`. */
  fields(read: (field: number, wireType: number) => void): void {
    while (this.#at < this.#end) {
      const tag = this.varint()
      const field = Math.floor(tag / 8)
      if (field === 0) throw this.#malformed('field number 0')
      read(field, tag % 8)
    }
  }

  /** Runs `read` over the next length-delimited value as the current range, and goes on behind it. */
  message(wireType: number, read: () => void): void {
    const outerEnd = this.#end
    const end = this.#lengthDelimited(wireType)
    this.#end = end
    read()
    this.#at = end
    this.#end = outerEnd
  }

  /** The begin and end of the next length-delimited value, which is skipped: for a second look by `at`. */
  range(wireType: number): readonly [begin: number, end: number] {
    const end = this.#lengthDelimited(wireType)
    const begin = this.#at
    this.#at = end
    return [begin, end]
  }

  /** Reads a range found before, and returns to where the reader was. */
  at([begin, end]: readonly [number, number], read: () => void): void {
    const former = [this.#at, this.#end] as const
    this.#at = begin
    this.#end = end
    read()
    ;[this.#at, this.#end] = former
  }

  /** A varint up to 2^53; more loses its low bits, which callers that care refuse. Two's complement stays unsigned here. */
  varint(): number {
    let value = 0
    let factor = 1
    for (let count = 0; count < 10; count++) {
      const byte = this.bytes[this.#at]
      if (byte === undefined || this.#at >= this.#end) throw this.#malformed('a number that is cut off')
      this.#at++
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
      factor *= 128
    }
    throw this.#malformed('a number of more than ten bytes')
  }

  /** A varint that must be exact: above 2^53 it throws. */
  exactVarint(): number {
    const value = this.varint()
    if (!Number.isSafeInteger(value)) throw this.#malformed('a whole number beyond 2^53')
    return value
  }

  /** An int64 varint, negative ones included; beyond ±2^53 it throws. */
  int64(): number {
    const begin = this.#at
    const value = this.varint()
    if (value < 2 ** 63) return this.#exact(value)
    this.#at = begin
    let exact = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.bytes[this.#at++] ?? 0
      exact |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return this.#exact(Number(BigInt.asIntN(64, exact)))
    }
  }

  /** A sint32. */
  zigzag(): number {
    const value = this.varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /** Skips eight bytes and returns where they begin. */
  eightBytes(wireType: number): number {
    if (wireType !== 1 || this.#at + 8 > this.#end) throw this.#malformed('a fixed number that is cut off')
    this.#at += 8
    return this.#at - 8
  }

  /** The double at a position from `eightBytes`. */
  doubleAt(position: number): number {
    return this.bytes.readDoubleLE(position)
  }

  /** The sfixed64 at a position from `eightBytes`; beyond ±2^53 it throws. */
  int64At(position: number): number {
    return this.#exact(this.bytes.readInt32LE(position + 4) * 2 ** 32 + this.bytes.readUInt32LE(position))
  }

  /** The fixed64 at a position from `eightBytes`, nanoseconds since 1970, as milliseconds, rounded. */
  nanosecondsAt(position: number): number {
    return Math.round((this.bytes.readUInt32LE(position + 4) * 2 ** 32 + this.bytes.readUInt32LE(position)) / 1e6)
  }

  /** A string; NUL is left out, since PostgreSQL cannot keep it. Bad UTF-8 throws. */
  string(wireType: number): string {
    const [begin, end] = this.range(wireType)
    try {
      return utf8.decode(this.bytes.subarray(begin, end)).replaceAll('\0', '')
    } catch (error) {
      throw new RecordError(`the text at byte ${begin} is no UTF-8`, { cause: error })
    }
  }

  /** Skips a value of an unknown field. */
  skip(wireType: number): void {
    if (wireType === 0) this.varint()
    else if (wireType === 1) this.eightBytes(wireType)
    else if (wireType === 2) this.range(wireType)
    else if (wireType === 5 && this.#at + 4 <= this.#end) this.#at += 4
    else throw this.#malformed(`wire type ${wireType}`)
  }

  #lengthDelimited(wireType: number): number {
    if (wireType !== 2) throw this.#malformed(`wire type ${wireType} where a message or text belongs`)
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
