const utf8 = new TextEncoder()

/** Writes one protobuf message into a growing buffer. Source: protobuf.dev, "Encoding". */
export class ProtobufWriter {
  #bytes: Buffer
  #length = 0

  constructor(capacityBytes = 16_384) {
    this.#bytes = Buffer.allocUnsafe(capacityBytes)
  }

  /** The message as bytes of its own. */
  finish(): Uint8Array {
    return Uint8Array.prototype.slice.call(this.#bytes, 0, this.#length)
  }

  /** A field of wire type 0; 0 is written too. The value is a whole number up to 2^53. */
  varint(field: number, value: number): void {
    this.#reserve(20)
    this.#writeVarint(field * 8)
    this.#writeVarint(value)
  }

  /** A field of type int64, a safe integer; negative ones take ten bytes. */
  int64(field: number, value: number): void {
    if (value >= 0) return this.varint(field, value)
    this.#reserve(20)
    this.#writeVarint(field * 8)
    let rest = BigInt.asUintN(64, BigInt(value))
    for (; rest >= 0x80n; rest >>= 7n) this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80
    this.#bytes[this.#length++] = Number(rest)
  }

  /** A field of type sint32: small negative numbers stay short. */
  zigzag(field: number, value: number): void {
    this.varint(field, value >= 0 ? value * 2 : -value * 2 - 1)
  }

  /** A field of type fixed64 or sfixed64. */
  fixed64(field: number, value: bigint): void {
    this.#reserve(18)
    this.#writeVarint(field * 8 + 1)
    this.#length = this.#bytes.writeBigInt64LE(BigInt.asIntN(64, value), this.#length)
  }

  /** The same of a safe integer, without making a BigInt of it; throws RangeError where it is none. */
  wholeFixed64(field: number, value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no whole number below 2^53`)
    this.#reserve(18)
    this.#writeVarint(field * 8 + 1)
    const high = Math.floor(value / 2 ** 32)
    this.#length = this.#bytes.writeUInt32LE(value - high * 2 ** 32, this.#length)
    this.#length = this.#bytes.writeInt32LE(high, this.#length)
  }

  /** A field of type double. */
  double(field: number, value: number): void {
    this.#reserve(18)
    this.#writeVarint(field * 8 + 1)
    this.#length = this.#bytes.writeDoubleLE(value, this.#length)
  }

  /** A field of type string; the empty one is written too. */
  string(field: number, text: string): void {
    this.#reserve(20 + text.length * 3)
    this.#writeVarint(field * 8 + 2)
    // Short texts, nearly all of them, have a length of one byte: written in place and counted afterwards.
    this.#lengthDelimited(() => {
      this.#length += utf8.encodeInto(text, this.#bytes.subarray(this.#length)).written
    })
  }

  /** Fields that were written before, as their bytes. */
  written(fields: Uint8Array): void {
    this.#reserve(fields.length)
    this.#bytes.set(fields, this.#length)
    this.#length += fields.length
  }

  /** A field whose value is a message, written by `write` with this same writer. */
  message(field: number, write: () => void): void {
    this.#reserve(20)
    this.#writeVarint(field * 8 + 2)
    this.#lengthDelimited(write)
  }

  /** A packed repeated field of type uint64. */
  packedVarints(field: number, values: readonly number[]): void {
    this.#reserve(20)
    this.#writeVarint(field * 8 + 2)
    this.#lengthDelimited(() => {
      this.#reserve(values.length * 10)
      for (const value of values) this.#writeVarint(value)
    })
  }

  /** Leaves one byte for the length and moves what was written where the length needs more. */
  #lengthDelimited(write: () => void): void {
    const begin = this.#length + 1
    this.#length = begin
    write()
    const size = this.#length - begin
    const lengthBytes = varintSize(size)
    if (lengthBytes > 1) {
      this.#reserve(lengthBytes)
      this.#bytes.copyWithin(begin + lengthBytes - 1, begin, this.#length)
    }
    this.#length = begin - 1
    this.#writeVarint(size)
    this.#length += size
  }

  #writeVarint(value: number): void {
    let rest = value
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    this.#bytes[this.#length++] = rest
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}

function varintSize(value: number): number {
  let size = 1
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++
  return size
}
