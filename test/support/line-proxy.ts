import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** Where a server listens whose URL names no port. */
const usualPorts: Readonly<Record<string, number>> = { 'mysql:': 3306, 'postgres:': 5432, 'postgresql:': 5432 }

/** A line to a real server over a free port of this machine; what happens on it is told by who extends this. */
export abstract class LineProxy {
  readonly #listener: Server
  readonly #target: { readonly host: string; readonly port: number }

  /** A line to the server of this URL. */
  constructor(url: string) {
    const { hostname, port, protocol } = new URL(url)
    this.#target = { host: hostname, port: Number(port) || (usualPorts[protocol] ?? 0) }
    this.#listener = createServer((client) => this.accept(client))
  }

  /** The URL as it leads over this line. */
  through(url: string): string {
    const changed = new URL(url)
    changed.hostname = '127.0.0.1'
    // An address of the family that `listen` has listened on.
    changed.port = String((this.#listener.address() as AddressInfo).port)
    return changed.href
  }

  /** Joins a client to the server. */
  protected abstract accept(client: Socket): void

  /** A connection to the server itself. */
  protected connect(): Socket {
    return connect(this.#target)
  }

  protected async listen(): Promise<void> {
    this.#listener.listen(0, '127.0.0.1')
    await once(this.#listener, 'listening')
  }

  /** Takes no more clients, and waits until those that there were are gone: they are to be ended before. */
  protected async close(): Promise<void> {
    this.#listener.close()
    await once(this.#listener, 'close')
  }
}
