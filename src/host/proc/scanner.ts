import { formatError } from './format-error.ts'

const newline = 10
const blank = 32
const tab = 9
const zero = 48
const nine = 57
// Up to here a sum of digits is exact whatever they are.
const mostExactDigits = 15
// The kernel's largest number, 2^64 − 1, has so many.
const mostDigits = 20

/** Walks over a kernel file line by line and field by field, in its bytes: a text is made only of what is asked for. */
export class Scanner {
  readonly #file: string
  readonly #bytes: Buffer
  #at = 0
  #lineEnd = 0
  #next = 0

  /** `file` is its name in errors. Before the first `nextLine` there is nothing. */
  constructor(file: string, bytes: Buffer) {
    this.#file = file
    this.#bytes = bytes
  }

  /** To the next line that has a field; false where there is none. */
  nextLine(): boolean {
    const bytes = this.#bytes
    while (this.#next < bytes.length) {
      this.#at = this.#next
      const end = bytes.indexOf(newline, this.#at)
      this.#lineEnd = end < 0 ? bytes.length : end
      this.#next = this.#lineEnd + 1
      if (!this.isLineEnd) return true
    }
    return false
  }

  /** True where the line has no further field. */
  get isLineEnd(): boolean {
    while (this.#at < this.#lineEnd && isBlank(this.#bytes[this.#at])) this.#at++
    return this.#at >= this.#lineEnd
  }

  /** The next field as text; empty at the end of the line. */
  word(): string {
    const from = this.#toField()
    return this.#bytes.toString('utf8', from, this.#at)
  }

  /** The text up to the last such sign of the line, past which it goes; undefined where the line has none. */
  wordBefore(sign: string): string | undefined {
    const from = this.isLineEnd ? this.#lineEnd : this.#at
    const at = this.#bytes.subarray(from, this.#lineEnd).lastIndexOf(sign)
    if (at < 0) return undefined
    this.#at = from + at + sign.length
    return this.#bytes.toString('utf8', from, from + at)
  }

  /** What is left of the line. */
  rest(): string {
    const from = this.isLineEnd ? this.#lineEnd : this.#at
    this.#at = this.#lineEnd
    return this.#bytes.toString('utf8', from, this.#lineEnd)
  }

  /** Goes over some fields. */
  skip(fields: number): void {
    for (let count = 0; count < fields; count++) this.#toField()
  }

  /** The next field, a whole number without sign. Throws FormatError for anything else, also where the line is at its end. */
  whole(): number {
    const value = this.optionalWhole()
    if (value === undefined) throw formatError(this.#file, 'a line ends where a number is due')
    return value
  }

  /** The same, or undefined where the line is at its end: a column that older kernels do not have. */
  optionalWhole(): number | undefined {
    const from = this.#toField()
    const length = this.#at - from
    if (length === 0) return undefined
    if (length > mostDigits) throw this.#noNumber(from)
    let value = 0
    for (let at = from; at < this.#at; at++) {
      const digit = this.#bytes[at] ?? 0
      if (digit < zero || digit > nine) throw this.#noNumber(from)
      value = value * 10 + (digit - zero)
    }
    return length <= mostExactDigits ? value : Number(this.#bytes.toString('latin1', from, this.#at))
  }

  /** The next field, a decimal number. Throws FormatError for anything else. */
  decimal(): number {
    const from = this.#toField()
    const text = this.#bytes.toString('latin1', from, this.#at)
    if (!/^-?\d{1,20}(?:\.\d{1,20})?$/.test(text)) throw this.#noNumber(from)
    return Number(text)
  }

  #toField(): number {
    if (this.isLineEnd) return this.#at
    const from = this.#at
    while (this.#at < this.#lineEnd && !isBlank(this.#bytes[this.#at])) this.#at++
    return from
  }

  #noNumber(from: number): Error {
    const shown = this.#bytes.toString('utf8', from, Math.min(this.#at, from + 20))
    return formatError(this.#file, `'${shown}' is no whole number`)
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === blank || byte === tab
}
