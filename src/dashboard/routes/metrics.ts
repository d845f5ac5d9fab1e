import { readCatalogue } from '../../query/catalogue.ts'
import type { MetricsAnswer } from '../api.ts'
import type { DashboardApp, DashboardInside } from '../dashboard-options.ts'

/** `GET /api/metrics`: every metric, and what it costs. */
export function addMetrics(app: DashboardApp, { store, clock, pins, thresholds }: DashboardInside): void {
  app.get('/api/metrics', async (context) => {
    const nowMs = clock.now()
    const rows = await readCatalogue(store, nowMs)
    const answer: MetricsAnswer = {
      nowMs,
      metrics: rows.map((row) =>
        Object.assign(row, {
          threshold: thresholds.find(({ metric }) => metric === row.metric) ?? null,
          isPinned: pins.includes(row.metric),
        }),
      ),
    }
    return context.json(answer)
  })
}
