import { UsageError } from '../../runtime/errors.ts'
import { readCharts } from '../../query/chart/charts.ts'
import type { Threshold } from '../../query/event/levels.ts'
import type { Chart, ChartsAnswer, LateSpan } from '../api.ts'
import type { LateWatch } from '../late-watch.ts'
import type { DashboardApp, DashboardInside } from '../dashboard-options.ts'
import { type AskedFor, attributesOf, hostsOf, listOf, rangeOf, single, wholeOf } from '../question.ts'

/** `GET /api/charts`: charts of one range and one step. */
export function addCharts(app: DashboardApp, options: DashboardInside): void {
  app.get('/api/charts', async (context) =>
    context.json(await chartsOf((name) => context.req.queries(name) ?? [], options)),
  )
}

/** What an address asks for, as charts. Throws UsageError, UnknownNameError and LimitError. */
export async function chartsOf(asked: AskedFor, options: DashboardInside): Promise<ChartsAnswer> {
  const { store, clock, late, thresholds } = options
  const nowMs = clock.now()
  const metrics = listOf(asked, 'm')
  if (metrics.length === 0) throw new UsageError('no metric is asked for', { nextStep: 'add m=METRIC' })
  const points = wholeOf(asked, 'points')
  const top = wholeOf(asked, 'top')
  const found = await hostsOf(store, asked)
  late.see(found.hosts, nowMs)
  const { charts, ...range } = await readCharts(store, {
    metrics,
    ...found,
    attributes: attributesOf(asked),
    ...rangeOf(asked, nowMs),
    nowMs,
    ...(points === undefined ? {} : { points }),
    ...(top === undefined ? {} : { top }),
    isSum: single(asked, 'as') === 'sum',
  })
  return {
    ...range,
    charts: charts.map((chart) =>
      Object.assign(chart, { threshold: thresholdOf(chart.metric, thresholds), late: lateIn(chart, range, late) }),
    ),
  }
}

function thresholdOf(metric: string, thresholds: readonly Threshold[]): Threshold | null {
  return thresholds.find((each) => each.metric === metric) ?? null
}

/** Where a host was late and has data all the same: of one that was off there is nothing to show. */
function lateIn(
  { lines, times }: Pick<Chart, 'lines' | 'times'>,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  late: LateWatch,
): readonly LateSpan[] {
  return late.spans(new Set(lines.map(({ hostUid }) => hostUid)), fromMs, toMs).filter((span) =>
    lines.some(
      ({ hostUid, average }) =>
        hostUid === span.hostUid &&
        average.some((value, step) => {
          const timeMs = times[step] ?? Number.NaN
          return value !== null && timeMs > span.fromMs && timeMs < span.toMs
        }),
    ),
  )
}
