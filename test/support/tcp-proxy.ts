import { once } from 'node:events'
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net'

interface Line {
  readonly client: Socket
  readonly server: Socket
}

/** A line to a server that can be frozen, as a cut network is, or lose one answer. */
export class TcpProxy implements AsyncDisposable {
  readonly #listener: Server
  readonly #target: { readonly host: string; readonly port: number }
  readonly #lines = new Set<Line>()
  readonly #frozen = new Set<Socket>()
  #isFrozen = false
  #lostAfter: Buffer | undefined

  private constructor(target: URL) {
    this.#target = { host: target.hostname, port: Number(target.port) }
    this.#listener = createServer((client) => this.#accept(client))
  }

  /** A line to the server of this URL, on a free port. */
  static async to(url: string): Promise<TcpProxy> {
    const proxy = new TcpProxy(new URL(url))
    proxy.#listener.listen(0, '127.0.0.1')
    await once(proxy.#listener, 'listening')
    return proxy
  }

  /** The URL as it leads over this line. */
  through(url: string): string {
    const changed = new URL(url)
    changed.hostname = '127.0.0.1'
    // An address of the family that `to` has listened on.
    changed.port = String((this.#listener.address() as AddressInfo).port)
    return changed.href
  }

  /** From now on nothing comes through, and nothing is refused. */
  freeze(): void {
    this.#isFrozen = true
    for (const { client, server } of this.#lines) {
      client.pause()
      server.pause()
    }
  }

  /** What was frozen is gone; new connections come through. */
  thaw(): void {
    this.#isFrozen = false
    this.#cutAll()
  }

  /** The next time that a client sends these bytes, the server gets them, and its answer is lost with the connection. */
  loseAnswerTo(bytes: Buffer): void {
    this.#lostAfter = bytes
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#cutAll()
    this.#listener.close()
    await once(this.#listener, 'close')
  }

  #accept(client: Socket): void {
    if (this.#isFrozen) {
      this.#frozen.add(client)
      client.pause()
      client.on('error', () => client.destroy())
      return
    }
    const server = connect(this.#target)
    const line = { client, server }
    this.#lines.add(line)
    let isAnswerLost = false
    client.on('data', (bytes: Buffer) => {
      if (this.#lostAfter !== undefined && bytes.includes(this.#lostAfter)) {
        this.#lostAfter = undefined
        isAnswerLost = true
      }
      server.write(bytes)
    })
    server.on('data', (bytes: Buffer) => {
      if (isAnswerLost) this.#cut(line)
      else client.write(bytes)
    })
    for (const socket of [client, server]) {
      socket.on('error', () => this.#cut(line))
      socket.on('close', () => this.#cut(line))
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
