import { UsageError } from '../../runtime/errors.ts'
import { csvLines } from '../csv.ts'
import type { DashboardApp, DashboardInside } from '../dashboard-options.ts'
import { single } from '../question.ts'
import { chartsOf } from './charts.ts'

/** `GET /api/export?format=csv`: what `/api/charts` answers, as a file to keep. */
export function addExport(app: DashboardApp, inside: DashboardInside): void {
  app.get('/api/export', async (context) => {
    const asked = (name: string): readonly string[] => context.req.queries(name) ?? []
    const format = single(asked, 'format') ?? 'csv'
    if (format !== 'csv' && format !== 'json') {
      throw new UsageError(`format=${format} is no format`, { nextStep: 'write format=csv or format=json' })
    }
    const answer = await chartsOf(asked, inside)
    const name = answer.charts
      .map(({ metric }) => metric.replaceAll(/[^\w.-]/g, '_'))
      .join('_')
      .slice(0, 80)
    context.header('content-disposition', `attachment; filename="hostvitals-${name}.${format}"`)
    if (format === 'json') return context.json(answer)
    return context.body([...csvLines(answer.charts)].join(''), 200, { 'content-type': 'text/csv; charset=utf-8' })
  })
}
