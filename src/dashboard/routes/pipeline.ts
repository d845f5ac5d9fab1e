import { StoreUnavailableError } from '../../runtime/errors.ts'
import type { DashboardApp, DashboardInside } from '../dashboard-options.ts'
import { awayPipeline, toPipeline } from '../pipeline.ts'

/** `GET /api/pipeline`: the way hop by hop, also where the database is the hop that does not answer. */
export function addPipeline(app: DashboardApp, { clock, way }: DashboardInside): void {
  app.get('/api/pipeline', async (context) => {
    const nowMs = clock.now()
    try {
      return context.json(toPipeline(await way.current(), nowMs))
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error
      const nextStep = error.nextStep ?? 'start the database, or look whether this machine can reach it'
      return context.json(awayPipeline(error.message, nextStep, nowMs))
    }
  })
}
