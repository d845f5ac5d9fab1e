import { isIP } from 'node:net'
import type { DashboardApp } from './dashboard-options.ts'

/** Under which names the dashboard may be asked for. */
export interface HostRules {
  /** The address where it listens. */
  readonly listen: string
  /** True where that is this machine alone. */
  readonly isLoopback: boolean
  /** In lower case, without ports. */
  readonly allowedHosts: readonly string[]
}

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/

/**
 * Refuses requests under names of elsewhere: a page of a stranger may send a browser here under a name of its own (DNS
 * rebinding). A number is no name that a stranger could have given, so it will do where other machines are let in.
 */
export function addHostGuard(app: DashboardApp, rules: HostRules): void {
  app.use(async (context, next) => {
    const name = hostName(context.req.header('host') ?? new URL(context.req.url).host)
    if (name !== undefined && isAllowed(name, rules)) return next()
    const answer = {
      error: 'the dashboard is not known under this name',
      nextStep: `ask for http://127.0.0.1 or the address where it listens, or write the name into consumer.config.ts: dashboard: { allowedHosts: ['NAME'] }`,
    }
    return context.json(answer, 421)
  })
}

function isAllowed(name: string, { listen, isLoopback, allowedHosts }: HostRules): boolean {
  if (loopback.test(name) || name === listen.toLowerCase()) return true
  if (allowedHosts.includes(name) || allowedHosts.includes(`[${name}]`)) return true
  return !isLoopback && isIP(name) !== 0
}

/** Without port and brackets, in lower case; undefined for what is no host. */
function hostName(host: string): string | undefined {
  const [, bracketed, plain] = /^(?:\[([\da-f:.]+)\]|([a-z\d._-]+))(?::\d{1,5})?$/i.exec(host) ?? []
  return (bracketed ?? plain)?.toLowerCase()
}
