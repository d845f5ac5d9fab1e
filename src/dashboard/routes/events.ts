import { readEvents } from '../../query/event/event-list.ts'
import type { EventsAnswer } from '../api.ts'
import type { DashboardApp, DashboardInside } from '../dashboard-options.ts'
import { hostsOf, rangeOf, single } from '../question.ts'

/** `GET /api/events`: what happened, the newest first; the last day where no range is given. */
export function addEvents(app: DashboardApp, { store, clock, thresholds }: DashboardInside): void {
  app.get('/api/events', async (context) => {
    const asked = (name: string): readonly string[] => context.req.queries(name) ?? []
    const nowMs = clock.now()
    const withDay = (name: string): readonly string[] =>
      name === 'from' && single(asked, 'from') === undefined ? ['now-1d'] : asked(name)
    const { events, isCut } = await readEvents(store, {
      ...(await hostsOf(store, asked)),
      ...rangeOf(withDay, nowMs),
      nowMs,
      thresholds,
    })
    const answer: EventsAnswer = { nowMs, events, isCut }
    return context.json(answer)
  })
}
