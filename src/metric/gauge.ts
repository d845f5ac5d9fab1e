import { finite } from './finite.ts'
import type { Metric, Read } from './metric.ts'
import { metricBase, toInstrument, toMetric, type MetricOptions } from './metric-options.ts'
import { SeriesTable } from './series-table.ts'

/** A gauge that an application sets. Nothing is published before it is set. */
export interface Gauge extends Metric {
  readonly set: (value: number, attributes?: MetricOptions['attributes']) => void
}

/** A metric whose function returns the value now: `gauge('mail.queue', readQueue, { unit: '{message}' })`. */
export function gauge(name: string, read: Read<number>, options?: MetricOptions): Metric
/** A gauge inside an application: `queue.set(7)`. */
export function gauge(name: string, options?: MetricOptions): Gauge
export function gauge(name: string, first: Read<number> | MetricOptions = {}, options: MetricOptions = {}): Metric {
  if (typeof first !== 'function') return instrument(name, first)
  const base = metricBase(name, 'gauge', options, gauge)
  return toMetric(base, async (signal, context) => [
    { series: base.series, value: finite(await first(signal, context)) },
  ])
}

function instrument(name: string, options: MetricOptions): Gauge {
  const base = metricBase(name, 'gauge', options, gauge)
  const table = new SeriesTable<{ value?: number }>(base.series, () => ({}))
  const metric = toInstrument(base, () =>
    [...table.entries()].flatMap(({ series, state }) =>
      state.value === undefined ? [] : [{ series, value: state.value }],
    ),
  )
  return { ...metric, set: (value, attributes) => void (table.at(attributes).value = finite(value)) }
}
