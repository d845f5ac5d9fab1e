import { streamSSE } from 'hono/streaming'
import type { DashboardApp, DashboardInside } from '../dashboard-options.ts'
import { allowanceMs } from '../live-feed.ts'
import type { LiveEvent } from '../live-listener.ts'
import { hostsOf, listOf, single } from '../question.ts'
import { parseMoment } from '../moment.ts'
import { checkCount, limits } from '../../query/limits.ts'

const heartbeatMs = 15_000
/** Each takes a connection. */
const mostStreams = 200
/** What a reader that does not read may let pile up. */
const mostWaiting = 500

/** `GET /api/live`: what is new, as it comes. */
export function addLive(app: DashboardApp, inside: DashboardInside): void {
  const { store, clock, live } = inside
  app.get('/api/live', async (context) => {
    if (live.size >= mostStreams) {
      context.header('retry-after', '10')
      return context.json({ error: 'too many streams are open', nextStep: 'close pages that nobody looks at' }, 503)
    }
    const asked = (name: string): readonly string[] => context.req.queries(name) ?? []
    const metrics = new Set(listOf(asked, 'm'))
    checkCount('metrics', metrics.size, limits.metrics, 'ask for fewer at once')
    const nowMs = clock.now()
    // Where the database is away the stream says so, and goes on when it is back.
    const named = listOf(asked, 'host').filter((name) => name !== 'all')
    const isUids = named.every((name) => /^[\da-f-]{36}$/i.test(name))
    const uids = isUids ? named : (await hostsOf(store, asked)).hosts.map(({ agentUid }) => agentUid)
    const since = sinceOf(context.req.header('last-event-id'), single(asked, 'since'), nowMs)
    context.header('x-accel-buffering', 'no')
    return streamSSE(context, async (stream) => {
      const waiting: LiveEvent[] = []
      let wake = Promise.withResolvers<void>()
      const closed = new AbortController()
      const stop = live.listen(
        {
          hostUids: named.length === 0 ? undefined : new Set(uids.map((uid) => uid.toLowerCase())),
          metrics,
          sinceMs: since,
        },
        (event) => {
          waiting.push(event)
          wake.resolve()
        },
      )
      stream.onAbort(() => {
        closed.abort(new Error('the reader has gone'))
        stop()
        wake.resolve()
      })
      try {
        await stream.write(': hostvitals\nretry: 3000\n\n')
        while (!closed.signal.aborted && waiting.length <= mostWaiting) {
          const event = waiting.shift()
          if (event !== undefined) {
            await stream.writeSSE({
              data: JSON.stringify(event.message),
              ...(event.id === undefined ? {} : { id: event.id }),
            })
            continue
          }
          wake = Promise.withResolvers<void>()
          const beat = new AbortController()
          const slept = clock.sleep(heartbeatMs, beat.signal).then(
            () => 'silent' as const,
            () => 'woken' as const,
          )
          const said = await Promise.race([wake.promise.then(() => 'woken' as const), slept])
          beat.abort(new Error('there is something to say'))
          if (said === 'silent') await stream.write(': still here\n\n')
        }
      } finally {
        stop()
      }
    })
  })
}

/** A browser that reconnects tells the last id; a page that has just read its charts tells their end. */
function sinceOf(lastId: string | undefined, since: string | undefined, nowMs: number): number {
  if (lastId !== undefined && /^\d{10,15}$/.test(lastId)) return Number(lastId) - allowanceMs
  return since === undefined ? nowMs : parseMoment('since', since, nowMs)
}
