import { BlockList, isIP } from 'node:net'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Clock } from '../runtime/clock.ts'
import { ConfigurationError } from '../runtime/errors.ts'
import type { Random } from '../runtime/random.ts'
import { Attempts } from './attempts.ts'
import type { DashboardContext } from './dashboard-options.ts'
import { Sessions, sessionSeconds } from './sessions.ts'
import { TokenCheck } from './token-check.ts'

/** Who may see the dashboard. Neither token nor header: everybody who reaches it, which is this machine alone. */
export interface AccessRules {
  readonly token?: string
  /** In lower case. */
  readonly trustedHeader?: string
  /** Addresses or networks from which the header is believed. */
  readonly trustedProxies: readonly string[]
  /** True where browsers come by HTTPS. */
  readonly isSecure: boolean
}

/** `open` where nobody is asked. */
export type AccessVerdict = 'open' | 'known' | 'unknown' | { readonly waitMs: number }

const cookie = 'hostvitals_session'

/** Decides who may see the dashboard, and signs browsers in and out. */
export class Access {
  readonly #rules: AccessRules
  readonly #token: TokenCheck | undefined
  readonly #proxies: BlockList
  readonly #sessions: Sessions
  readonly #attempts: Attempts

  private constructor(rules: AccessRules, token: TokenCheck | undefined, { clock, random }: AccessSeams) {
    this.#rules = rules
    this.#token = token
    this.#proxies = proxiesOf(rules.trustedProxies)
    this.#sessions = new Sessions(clock, random)
    this.#attempts = new Attempts(clock)
  }

  /** Hashes the token. Throws ConfigurationError for a proxy that is no address. */
  static async create(rules: AccessRules, seams: AccessSeams): Promise<Access> {
    const token = rules.token === undefined ? undefined : await TokenCheck.create(rules.token, seams.random)
    return new Access(rules, token, seams)
  }

  /** True where a token lets in. */
  get needsToken(): boolean {
    return this.#token !== undefined
  }

  /** Whether this request may have data. */
  async judge(context: DashboardContext): Promise<AccessVerdict> {
    const { trustedHeader } = this.#rules
    if (this.#token === undefined && trustedHeader === undefined) return 'open'
    if (trustedHeader !== undefined && (context.req.header(trustedHeader) ?? '') !== '' && this.#isFromProxy(context)) {
      return 'known'
    }
    const session = getCookie(context, cookie, this.#prefix)
    if (typeof session === 'string' && this.#sessions.has(session)) return 'known'
    const [, bearer] = /^Bearer (.+)$/i.exec(context.req.header('authorization') ?? '') ?? []
    return bearer === undefined ? 'unknown' : this.#try(context, bearer)
  }

  /** Signs a browser in where the token is right. */
  async signIn(context: DashboardContext, token: string): Promise<AccessVerdict> {
    const verdict = await this.#try(context, token)
    if (verdict !== 'known') return verdict
    setCookie(context, cookie, this.#sessions.begin(), {
      httpOnly: true,
      sameSite: 'Strict',
      secure: this.#rules.isSecure,
      path: '/',
      maxAge: sessionSeconds,
      ...(this.#rules.isSecure ? { prefix: 'host' as const } : {}),
    })
    return verdict
  }

  /** Signs a browser out, here and in the browser. */
  signOut(context: DashboardContext): void {
    const session = getCookie(context, cookie, this.#prefix)
    if (typeof session === 'string') this.#sessions.end(session)
    const name = this.#rules.isSecure ? `__Host-${cookie}` : cookie
    deleteCookie(context, name, { path: '/', secure: this.#rules.isSecure })
  }

  get #prefix(): 'host' | undefined {
    return this.#rules.isSecure ? 'host' : undefined
  }

  async #try(context: DashboardContext, token: string): Promise<AccessVerdict> {
    if (this.#token === undefined) return 'unknown'
    const peer = peerOf(context)
    const waitMs = this.#attempts.waitMs(peer)
    if (waitMs > 0) return { waitMs }
    const verdict = await this.#token.check(token)
    if (verdict === 'busy') return { waitMs: 1000 }
    if (verdict === 'right') return 'known'
    this.#attempts.fail(peer)
    return 'unknown'
  }

  #isFromProxy(context: DashboardContext): boolean {
    const peer = peerOf(context)
    const family = isIP(peer)
    return family !== 0 && this.#proxies.check(peer, family === 6 ? 'ipv6' : 'ipv4')
  }
}

/** What it stands on. */
export interface AccessSeams {
  readonly clock: Clock
  readonly random: Random
}

/** The address at the other end of the socket; an IPv4 one in its own form also where the socket is IPv6. */
function peerOf(context: DashboardContext): string {
  // Bindings are absent where the application is asked without a socket.
  const { incoming } = (context.env as DashboardContext['env'] | undefined) ?? {}
  return (incoming?.socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '')
}

function proxiesOf(texts: readonly string[]): BlockList {
  const list = new BlockList()
  for (const text of texts) {
    const [address = '', bits] = text.split('/')
    const family = isIP(address)
    const most = family === 6 ? 128 : 32
    const isRight = family !== 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most))
    if (!isRight) {
      throw new ConfigurationError(`dashboard.trustedProxies: '${text}' is no address and no network`, {
        nextStep: "write '10.0.0.4' or '10.0.0.0/8'",
      })
    }
    const type = family === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, type)
    else list.addSubnet(address, Number(bits), type)
  }
  return list
}
