import { connect, type Socket } from 'node:net'
import { FailureError } from '../../runtime/errors.ts'
import { busError, type DbusCall, decodeMessage, type DbusMessage, encodeCall } from './message.ts'

const hello = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
  member: 'Hello',
}
const mostGreeting = 4096

/**
 * Calls a method without arguments over a bus, on a connection of its own, and gives the answer. We are who the kernel says
 * that we are (EXTERNAL), and nothing is asked of the bus but this. Rejects with FormatError, FailureError, what the system
 * says of the socket, or the signal's reason.
 */
export async function callOnce(
  socketPath: string,
  call: Omit<DbusCall, 'serial'>,
  signal: AbortSignal,
): Promise<DbusMessage> {
  signal.throwIfAborted()
  const socket = connect(socketPath)
  const giveUp = (): void => void socket.destroy(signal.reason instanceof Error ? signal.reason : undefined)
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    const input = new Input(socket)
    // Data without an answer to the challenge: the bus takes the user that the kernel names.
    socket.write('\0AUTH EXTERNAL\r\nDATA\r\n')
    const greeting = await input.line()
    if (greeting !== 'DATA') throw refused(greeting)
    const welcome = await input.line()
    if (!welcome.startsWith('OK ')) throw refused(welcome)
    socket.write('BEGIN\r\n')
    socket.write(encodeCall({ ...hello, serial: 1 }))
    socket.write(encodeCall({ ...call, serial: 2 }))
    for (;;) {
      const message = await input.message()
      if (message.kind === 'error' && message.replySerial === 1) throw refused(message.errorName ?? 'an error')
      if (message.replySerial === 2 && message.kind !== 'other') return message
    }
  } finally {
    signal.removeEventListener('abort', giveUp)
    socket.destroy()
  }
}

/** The error of a bus whose policy is against us, with what it says. */
export function refused(said: string): FailureError {
  return new FailureError(`the system bus does not let us ask: ${JSON.stringify(said.slice(0, 100))}`, {
    nextStep: 'look at the policy of the bus for the agent’s user, or leave the group systemd out',
  })
}

/** What comes over a socket, line by line and then message by message. */
class Input {
  readonly #chunks: AsyncIterator<Buffer>
  #held: Buffer = Buffer.alloc(0)

  constructor(socket: Socket) {
    this.#chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  }

  async line(): Promise<string> {
    for (;;) {
      const end = this.#held.indexOf('\r\n')
      if (end >= 0) {
        const text = this.#held.toString('latin1', 0, end)
        this.#held = this.#held.subarray(end + 2)
        return text
      }
      if (this.#held.length > mostGreeting) throw busError('its greeting does not end')
      await this.#more()
    }
  }

  async message(): Promise<DbusMessage> {
    for (;;) {
      const message = decodeMessage(this.#held)
      if (message !== undefined) {
        this.#held = this.#held.subarray(message.length)
        return message
      }
      await this.#more()
    }
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#chunks.next()
    if (done === true) throw busError('it closed the connection before it answered')
    this.#held = Buffer.concat([this.#held, value])
  }
}
