import { RecordError } from '../runtime/errors.ts'

/** Reads the parts of a batch's records; anything that reaches beyond the end throws RecordError. */
export class RecordReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get position(): number {
    return this.#at
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  byte(): number {
    const byte = this.#bytes[this.#at]
    if (byte === undefined) throw this.#cutOff()
    this.#at++
    return byte
  }

  /** A signed number of at most ten bytes (zigzag); beyond 2^53 it is inexact. */
  varint(): number {
    let value = 0
    let factor = 1
    for (let count = 0; count < 10; count++) {
      const byte = this.byte()
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
      factor *= 128
    }
    throw new RecordError(`a number of more than ten bytes at byte ${this.#at}`)
  }

  /** Bytes behind their length; undefined for none, which is another thing than an empty one. */
  bytes(): Buffer | undefined {
    const length = this.varint()
    if (length < 0) return undefined
    if (length > this.#bytes.length - this.#at) throw this.#cutOff()
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  #cutOff(): RecordError {
    return new RecordError(`it is cut off at byte ${this.#at}`)
  }
}
