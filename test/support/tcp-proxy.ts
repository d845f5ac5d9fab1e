import type { Socket } from 'node:net'
import { LineProxy } from './line-proxy.ts'

interface Line {
  readonly client: Socket
  readonly server: Socket
}

/** What becomes of one chosen message of a client: it never reaches the server, or the server's answer never comes back. */
export type LostPart = 'message' | 'answer'

interface Trap {
  readonly isMeant: (bytes: Buffer) => boolean
  readonly lost: LostPart
  readonly sprung: () => void
}

/** A line to a server that can be cut, frozen as a dead network is, or lose one message or one answer. */
export class TcpProxy extends LineProxy implements AsyncDisposable {
  readonly #lines = new Set<Line>()
  readonly #frozen = new Set<Socket>()
  #isFrozen = false
  #isDown = false
  #trap: Trap | undefined

  /** A line to the server of this URL, on a free port. */
  static async to(url: string): Promise<TcpProxy> {
    const proxy = new TcpProxy(url)
    await proxy.listen()
    return proxy
  }

  /** From now on nothing comes through, and nothing is refused. */
  freeze(): void {
    this.#isFrozen = true
    for (const { client, server } of this.#lines) {
      client.pause()
      server.pause()
    }
  }

  /** From now on every connection is ended at once, as where the server is down. */
  goDown(): void {
    this.#isDown = true
    this.#cutAll()
  }

  /** What was frozen is gone; new connections come through. */
  thaw(): void {
    this.#isFrozen = false
    this.#isDown = false
    this.#cutAll()
  }

  /** The next time that a client sends these bytes, the server gets them, and its answer is lost with the connection. */
  loseAnswerTo(bytes: Buffer): void {
    this.#trap = { isMeant: (sent) => sent.includes(bytes), lost: 'answer', sprung: () => undefined }
  }

  /** Like `loseAnswerTo`, for either part of the next message that is meant; resolves when it has happened. */
  async lose(lost: LostPart, isMeant: (bytes: Buffer) => boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#trap = { isMeant, lost, sprung: resolve }
    await promise
  }

  /** Ends every connection; new ones come through. */
  cut(): void {
    this.#cutAll()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#cutAll()
    await this.close()
  }

  protected override accept(client: Socket): void {
    if (this.#isFrozen) {
      this.#frozen.add(client)
      client.pause()
      client.on('error', () => client.destroy())
      return
    }
    if (this.#isDown) {
      client.on('error', () => undefined)
      client.destroy()
      return
    }
    const server = this.connect()
    const line = { client, server }
    this.#lines.add(line)
    let onAnswer: (() => void) | undefined
    client.on('data', (bytes: Buffer) => {
      const trap = this.#trap
      if (trap !== undefined && trap.isMeant(bytes)) {
        this.#trap = undefined
        if (trap.lost === 'message') {
          this.#cut(line)
          trap.sprung()
          return
        }
        onAnswer = trap.sprung
      }
      server.write(bytes)
    })
    server.on('data', (bytes: Buffer) => {
      if (onAnswer === undefined) {
        client.write(bytes)
        return
      }
      this.#cut(line)
      onAnswer()
    })
    for (const socket of [client, server]) {
      socket.on('error', () => this.#cut(line))
      socket.on('close', () => {
        this.#cut(line)
        // An answer that went down with the server is lost all the same.
        onAnswer?.()
      })
    }
  }

  #cut(line: Line): void {
    this.#lines.delete(line)
    line.client.destroy()
    line.server.destroy()
  }

  #cutAll(): void {
    for (const line of this.#lines) this.#cut(line)
    for (const client of this.#frozen) client.destroy()
    this.#frozen.clear()
  }
}
