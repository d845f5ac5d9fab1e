import { isUtf8 } from 'node:buffer'

/** The name of a header. */
export interface HeaderName {
  readonly bytes: Buffer
  /** Where the bytes are no UTF-8, with signs in place of what is not. */
  readonly text: string
  readonly isText: boolean
}

/** Reads the names of headers: the records of a batch mostly have the same ones, which then are read once. */
export class HeaderNames {
  /** By their place in the record. */
  readonly #former: HeaderName[] = []

  /** The name that these bytes are, which stands at this place in its record. */
  at(place: number, bytes: Buffer): HeaderName {
    const former = this.#former[place]
    if (former?.bytes.equals(bytes) === true) return former
    const name = { bytes, text: bytes.toString('utf8'), isText: isUtf8(bytes) }
    this.#former[place] = name
    return name
  }
}
