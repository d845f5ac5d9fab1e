import { FormatError } from '../../runtime/errors.ts'

/** A call without arguments. */
export interface DbusCall {
  readonly serial: number
  readonly destination: string
  readonly path: string
  readonly interface: string
  readonly member: string
}

/** What came back. */
export interface DbusMessage {
  readonly kind: 'return' | 'error' | 'other'
  readonly replySerial: number | undefined
  /** Of an error: `org.freedesktop.DBus.Error.ServiceUnknown`. */
  readonly errorName: string | undefined
  readonly signature: string
  readonly body: DbusReader
  /** Bytes of it with all that goes before the next. */
  readonly length: number
}

// The units of a machine with ten thousand of them are some two megabytes.
const mostBytes = 16 * 2 ** 20
const least = 16
const kinds: Readonly<Record<number, DbusMessage['kind']>> = { 2: 'return', 3: 'error' }

/** The bytes of a call, little end first. Source: D-Bus Specification, "Message Format". */
export function encodeCall({ serial, destination, path, interface: ofInterface, member }: DbusCall): Buffer {
  const fields = Buffer.concat([
    // Each begins at a multiple of eight.
    ...[field(1, 'o', path), field(2, 's', ofInterface), field(3, 's', member)].map((each) => padded(each)),
    field(6, 's', destination),
  ])
  const head = Buffer.alloc(least)
  // Little end, a call, do not start the service for it, version 1, no body.
  head.set([0x6c, 1, 2, 1])
  head.writeUInt32LE(serial, 8)
  head.writeUInt32LE(fields.length, 12)
  return padded(Buffer.concat([head, fields]))
}

function field(code: number, type: string, text: string): Buffer {
  const bytes = Buffer.from(text)
  const out = Buffer.alloc(9 + bytes.length)
  out.set([code, 1, type.charCodeAt(0), 0])
  out.writeUInt32LE(bytes.length, 4)
  out.set(bytes, 8)
  return out
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8)])
}

/** The message at the start of the bytes; undefined where it is not whole yet. Throws FormatError. */
export function decodeMessage(bytes: Buffer): DbusMessage | undefined {
  if (bytes.length < least) return undefined
  const isLittle = bytes[0] === 0x6c
  if (!isLittle && bytes[0] !== 0x42) throw busError('a message begins with no byte order')
  const head = new DbusReader(bytes, 4, isLittle)
  const bodyLength = head.uint32()
  head.uint32()
  const fieldsLength = head.uint32()
  const from = least + fieldsLength + ((8 - (fieldsLength % 8)) % 8)
  if (from + bodyLength > mostBytes) throw busError(`a message is longer than ${mostBytes} bytes`)
  if (bytes.length < from + bodyLength) return undefined
  const found = new Map<number, string | number>()
  const fields = new DbusReader(bytes.subarray(0, least + fieldsLength), least, isLittle)
  while (!fields.isEnd) {
    fields.align(8)
    const code = fields.byte()
    const type = fields.signature()
    if (type === 's' || type === 'o') found.set(code, fields.string())
    else if (type === 'u') found.set(code, fields.uint32())
    else if (type === 'g') found.set(code, fields.signature())
    else throw busError(`a field of a message is of the type '${type.slice(0, 20)}'`)
  }
  const [replySerial, errorName, signature] = [found.get(5), found.get(4), found.get(8)]
  return {
    kind: kinds[bytes[1] ?? 0] ?? 'other',
    replySerial: typeof replySerial === 'number' ? replySerial : undefined,
    errorName: typeof errorName === 'string' ? errorName : undefined,
    signature: typeof signature === 'string' ? signature : '',
    body: new DbusReader(bytes.subarray(from, from + bodyLength), 0, isLittle),
    length: from + bodyLength,
  }
}

/** Reads values one after the other; each begins at a multiple of its size. */
export class DbusReader {
  readonly #bytes: Buffer
  readonly #isLittle: boolean
  #at: number

  constructor(bytes: Buffer, at: number, isLittle: boolean) {
    this.#bytes = bytes
    this.#at = at
    this.#isLittle = isLittle
  }

  get isEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  get at(): number {
    return this.#at
  }

  align(size: number): void {
    this.#at += (size - (this.#at % size)) % size
  }

  byte(): number {
    return this.#take(1)[0] ?? 0
  }

  uint32(): number {
    this.align(4)
    const bytes = this.#take(4)
    return this.#isLittle ? bytes.readUInt32LE() : bytes.readUInt32BE()
  }

  string(): string {
    const length = this.uint32()
    const text = this.#take(length).toString('utf8')
    this.#take(1)
    return text
  }

  signature(): string {
    const length = this.byte()
    const text = this.#take(length).toString('latin1')
    this.#take(1)
    return text
  }

  #take(length: number): Buffer {
    const to = this.#at + length
    if (to > this.#bytes.length) throw busError('a message ends within a value')
    const taken = this.#bytes.subarray(this.#at, to)
    this.#at = to
    return taken
  }
}

/** The error of a bus that does not speak as its specification says. */
export function busError(what: string): FormatError {
  return new FormatError(`the system bus: ${what}`, {
    nextStep: 'look whether the socket is a D-Bus daemon’s; if it is, please report it',
  })
}
