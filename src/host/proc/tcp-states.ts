import { formatError } from './format-error.ts'

/** The states in the order of the kernel's numbers, from 1 on, under the conventions' names. Source: include/net/tcp_states.h. */
export const tcpStates: readonly string[] = [
  'established',
  'syn_sent',
  'syn_received',
  'fin_wait_1',
  'fin_wait_2',
  'time_wait',
  'closed',
  'close_wait',
  'last_ack',
  'listen',
  'closing',
]

const newline = 10
const blank = 32
// A request that is not a connection yet.
const newSynReceived = 12
const synReceived = 3

/** Counts the sockets of /proc/net/tcp or tcp6 by state, piece by piece, since there may be a hundred thousand lines. */
export class TcpStateCounter {
  readonly #file: string
  readonly #counts = Array.from({ length: tcpStates.length + 1 }, () => 0)
  #rest: Buffer = Buffer.alloc(0)
  #isHeading = true

  constructor(file: string) {
    this.#file = file
  }

  /** The next piece of the file. Throws FormatError. */
  add(piece: Buffer): void {
    const bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece])
    let at = 0
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, at)) {
      this.#line(bytes, at, end)
      at = end + 1
    }
    // The piece may be overwritten by the next.
    this.#rest = Buffer.from(bytes.subarray(at))
  }

  /** Ends the file: how many sockets are in each state. Throws FormatError where its last line is cut off or none is there. */
  end(): ReadonlyMap<string, number> {
    if (this.#rest.length > 0) throw formatError(this.#file, 'the last line is cut off')
    if (this.#isHeading) throw formatError(this.#file, 'is empty: it has not even its heading')
    return new Map(tcpStates.map((state, index) => [state, this.#counts[index + 1] ?? 0]))
  }

  /** The fourth field of every line but the first. */
  #line(bytes: Buffer, from: number, end: number): void {
    if (this.#isHeading) {
      if (!bytes.subarray(from, end).includes(' st ')) throw formatError(this.#file, 'does not begin with its heading')
      this.#isHeading = false
      return
    }
    let at = from
    for (let field = 0; field < 4; field++) {
      while (bytes[at] === blank) at++
      if (field < 3) while (at < end && bytes[at] !== blank) at++
    }
    const number = Number.parseInt(bytes.toString('latin1', at, Math.min(at + 2, end)), 16)
    const state = number === newSynReceived ? synReceived : number
    const count = this.#counts[state]
    if (state < 1 || count === undefined) throw formatError(this.#file, 'a line has no state')
    this.#counts[state] = count + 1
  }
}
