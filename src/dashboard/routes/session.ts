import { bodyLimit } from 'hono/body-limit'
import type { Access } from '../access.ts'
import type { SessionAnswer } from '../api.ts'
import type { DashboardApp, DashboardContext } from '../dashboard-options.ts'
import { refusal } from '../access-guard.ts'

const mostBodyBytes = 2048

/** `GET`, `POST` and `DELETE /api/session`: who one is, signing in by the token, signing out. Nothing else changes anything. */
export function addSession(app: DashboardApp, access: Access): void {
  app.get('/api/session', async (context) => {
    const verdict = await access.judge(context)
    if (typeof verdict === 'object') return refusal(context, verdict)
    const answer: SessionAnswer = { needsToken: access.needsToken, isSignedIn: verdict !== 'unknown' }
    return context.json(answer)
  })
  app.post('/api/session', bodyLimit({ maxSize: mostBodyBytes, onError: tooLong }), async (context) => {
    if (!isOwnPage(context)) return foreign(context)
    const token = await tokenOf(context)
    if (token === undefined) {
      return context.json(
        { error: 'there is no token in it', nextStep: 'send { "token": "…" } as application/json' },
        400,
      )
    }
    const verdict = await access.signIn(context, token)
    if (verdict !== 'known') return refusal(context, verdict)
    const answer: SessionAnswer = { needsToken: access.needsToken, isSignedIn: true }
    return context.json(answer)
  })
  app.delete('/api/session', (context) => {
    if (!isOwnPage(context)) return foreign(context)
    access.signOut(context)
    const answer: SessionAnswer = { needsToken: access.needsToken, isSignedIn: false }
    return context.json(answer)
  })
}

/** Browsers say where a request that changes something comes from; other programs say nothing. */
function isOwnPage(context: DashboardContext): boolean {
  const site = context.req.header('sec-fetch-site')
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
  const origin = context.req.header('origin')
  if (origin === undefined) return true
  const host = context.req.header('host') ?? new URL(context.req.url).host
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase()
}

function foreign(context: DashboardContext): Response {
  const nextStep = 'open the dashboard itself and sign in there'
  return context.json({ error: 'this comes from a page of elsewhere', nextStep }, 403)
}

function tooLong(context: DashboardContext): Response {
  return context.json(
    { error: 'that is too long for a token', nextStep: 'send { "token": "…" } and nothing else' },
    413,
  )
}

async function tokenOf(context: DashboardContext): Promise<string | undefined> {
  const type = context.req.header('content-type') ?? ''
  if (!/^application\/json\b/i.test(type)) return undefined
  const body = parsed(await context.req.text())
  return typeof body === 'object' && body !== null && 'token' in body && typeof body.token === 'string'
    ? body.token
    : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // What is no JSON has no token.
    return undefined
  }
}
