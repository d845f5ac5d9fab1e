import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Clock } from '../runtime/clock.ts'
import { hasCode } from '../runtime/error-code.ts'
import { describeError, FailureError } from '../runtime/errors.ts'
import { exposition, expositionType, type ProcessFacts } from './exposition.ts'
import type { Health, Problem } from './health.ts'
import type { Vitals } from './vitals.ts'

/** What a health server tells, and where. */
export interface HealthServerOptions {
  /** A loopback address; port 0 takes any free one. */
  readonly host: string
  readonly port: number
  readonly facts: ProcessFacts
  readonly vitals: Vitals
  readonly health: Health
  readonly clock: Clock
}

interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
}

/** Short requests of one machine: more than that is no health check. */
const limits = { requestTimeout: 5000, headersTimeout: 5000, keepAliveTimeout: 5000, maxHeaderSize: 8192 }
const mostConnections = 16
const loopbackName = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i

/** `/healthz`, `/readyz` and `/metrics` of one role, for this machine only. */
export class HealthServer implements AsyncDisposable {
  readonly #options: HealthServerOptions
  readonly #server: Server

  private constructor(options: HealthServerOptions) {
    this.#options = options
    this.#server = createServer(limits, (request, response) => void this.#respond(request, response))
    this.#server.maxConnections = mostConnections
  }

  /** Listens. Throws FailureError where the port is taken or the address is none of this machine. */
  static async listen(options: HealthServerOptions): Promise<HealthServer> {
    const served = new HealthServer(options)
    const server = served.#server
    const { host, port } = options
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    // For good: a connection that could not be accepted later must not end the role, and whoever asked sees that it failed.
    server.on('error', reject)
    server.listen({ host, port }, resolve)
    try {
      await promise
    } catch (error) {
      const isTaken = hasCode(error, 'EADDRINUSE')
      throw new FailureError(
        isTaken
          ? `the health port ${port} on ${host} is taken`
          : `health cannot listen on ${host}, port ${port}: ${describeError(error)}`,
        {
          cause: error,
          nextStep: 'choose another: --health-port N (0 takes a free one), or health.listen in the configuration',
        },
      )
    }
    return served
  }

  /** `http://127.0.0.1:9464`. */
  get url(): string {
    const address = this.#server.address()
    const { host, port } = this.#options
    const bound = typeof address === 'object' && address !== null ? address.port : port
    return `http://${host.includes(':') ? `[${host}]` : host}:${bound}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => void this.#server.close(() => resolve()))
    this.#server.closeAllConnections()
    await closed
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, type, body } = await this.#answer(request).catch((error: unknown) => ({
      status: 500,
      type: 'text/plain; charset=utf-8',
      body: `${describeError(error)}\n`,
    }))
    response.writeHead(status, {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'",
      ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
      // A body that came along is not read.
      ...(request.method === 'GET' || request.method === 'HEAD' ? {} : { connection: 'close' }),
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  }

  async #answer({ method, headers, url = '/' }: IncomingMessage): Promise<Answer> {
    const { vitals, health, facts, clock } = this.#options
    // A page of elsewhere may send a browser here under a name of its own.
    if (headers.host === undefined || !loopbackName.test(headers.host)) {
      return plain(421, 'this answers under the name localhost or a loopback address only\n')
    }
    if (method !== 'GET' && method !== 'HEAD') return plain(405, 'GET and HEAD only\n')
    const [path] = url.split('?')
    if (path === '/healthz') return this.#judged(health.stalled())
    if (path === '/readyz') return this.#judged(health.notReady())
    if (path === '/metrics') {
      return { status: 200, type: expositionType, body: await exposition(vitals, facts, clock.now()) }
    }
    return plain(404, 'there are /healthz, /readyz and /metrics\n')
  }

  #judged(problems: readonly Problem[]): Answer {
    const { role } = this.#options.facts
    const failing = problems.map(({ sinceMs, ...problem }) => ({ ...problem, since: new Date(sinceMs).toISOString() }))
    const document = {
      status: failing.length === 0 ? 'ok' : 'failing',
      role,
      ...(failing.length === 0 ? {} : { failing }),
    }
    return {
      status: failing.length === 0 ? 200 : 503,
      type: 'application/json; charset=utf-8',
      body: `${JSON.stringify(document)}\n`,
    }
  }
}

function plain(status: number, body: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', body }
}
