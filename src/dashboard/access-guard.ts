import type { Access, AccessVerdict } from './access.ts'
import type { DashboardApp, DashboardContext } from './dashboard-options.ts'

/** Lets only those to the data who may see it: answers, exports and streams alike. The page itself has none. */
export function addAccessGuard(app: DashboardApp, access: Access): void {
  app.use('/api/*', async (context, next) => {
    if (context.req.path === '/api/session') return next()
    const verdict = await access.judge(context)
    return verdict === 'open' || verdict === 'known' ? next() : refusal(context, verdict)
  })
}

/** Why there is no answer, and what to do. */
export function refusal(context: DashboardContext, verdict: AccessVerdict): Response {
  if (typeof verdict === 'object') {
    const seconds = Math.ceil(verdict.waitMs / 1000)
    context.header('retry-after', String(seconds))
    return context.json({ error: 'too many wrong tokens', nextStep: `try again in ${seconds} s` }, 429)
  }
  context.header('www-authenticate', 'Bearer realm="hostvitals"')
  const nextStep = 'sign in with the token, or send it as `Authorization: Bearer TOKEN`'
  return context.json({ error: 'the dashboard asks for its token', nextStep }, 401)
}
