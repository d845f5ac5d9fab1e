import { createServer as createHttp, type Server } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { createAdaptorServer } from '@hono/node-server'
import { hasCode } from '../runtime/error-code.ts'
import { describeError, FailureError } from '../runtime/errors.ts'
import type { DashboardApp } from './dashboard-options.ts'

/** Where the dashboard listens. */
export interface DashboardPlace {
  readonly host: string
  /** 0 takes any free one. */
  readonly port: number
  /** How many of the ports behind it may be taken instead, where it is in use. */
  readonly orNext: number
  /** The texts of certificate and key, PEM. */
  readonly tls?: { readonly cert: string; readonly key: string }
}

const timeouts = { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 20_000, maxHeaderSize: 16_384 }
/** A page takes six at most, a stream one for as long as it is open. */
const mostConnections = 1000

/** The dashboard at its port. */
export class DashboardServer implements AsyncDisposable {
  readonly #server: Server
  readonly #place: DashboardPlace

  private constructor(server: Server, place: DashboardPlace) {
    this.#server = server
    this.#place = place
  }

  /** Listens. Throws FailureError where the port is taken, or the address is none of this machine. */
  static async listen(app: DashboardApp, place: DashboardPlace): Promise<DashboardServer> {
    for (let tried = 0; ; tried++) {
      try {
        return await DashboardServer.#listenAt(app, place, place.port + tried)
      } catch (error) {
        const isTaken = hasCode(error, 'EADDRINUSE')
        if (isTaken && tried < place.orNext && place.port + tried < 65_535) continue
        throw new FailureError(
          isTaken
            ? `the port ${place.port} of the dashboard on ${place.host} is taken`
            : `the dashboard cannot listen on ${place.host}, port ${place.port}: ${describeError(error)}`,
          { cause: error, nextStep: 'choose another: --port N (0 takes a free one), or dashboard.listen' },
        )
      }
    }
  }

  static async #listenAt(app: DashboardApp, place: DashboardPlace, port: number): Promise<DashboardServer> {
    const { host, tls } = place
    const made =
      tls === undefined
        ? createAdaptorServer({ fetch: app.fetch, createServer: createHttp, serverOptions: timeouts })
        : createAdaptorServer({
            fetch: app.fetch,
            createServer: createHttps,
            serverOptions: { ...timeouts, ...tls, minVersion: 'TLSv1.2' },
          })
    // What was asked for is one of these two, and never HTTP/2.
    const server = made as Server
    server.maxConnections = mostConnections
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    // For good: a connection that could not be accepted later must not end the program.
    server.on('error', reject)
    server.listen({ host, port }, resolve)
    await promise
    return new DashboardServer(server, place)
  }

  /** `http://127.0.0.1:7070`. */
  get url(): string {
    const { host, tls, port } = this.#place
    const address = this.#server.address()
    const bound = typeof address === 'object' && address !== null ? address.port : port
    return `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${bound}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => void this.#server.close(() => resolve()))
    this.#server.closeAllConnections()
    await closed
  }
}
