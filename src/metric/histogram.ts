import { FormatError } from '../runtime/errors.ts'
import { HistogramAccumulator } from './exponential-histogram.ts'
import { finite } from './finite.ts'
import type { Metric, Read } from './metric.ts'
import { metricBase, toInstrument, toMetric, type MetricBase, type MetricOptions } from './metric-options.ts'
import type { Sample } from './sample.ts'
import { SeriesTable } from './series-table.ts'

/** A histogram that an application records into; published as what came since the last round. */
export interface Histogram extends Metric {
  readonly record: (value: number, attributes?: MetricOptions['attributes']) => void
}

/** A metric whose function returns observations, none of them negative: `histogram('mail.size', readSizes, { unit: 'By' })`. */
export function histogram(name: string, read: Read<readonly number[]>, options?: MetricOptions): Metric
/** A histogram inside an application: `sizes.record(512)`. */
export function histogram(name: string, options?: MetricOptions): Histogram
export function histogram(
  name: string,
  first: Read<readonly number[]> | MetricOptions = {},
  options: MetricOptions = {},
): Metric {
  const base = metricBase(name, 'histogram', typeof first === 'function' ? options : first, histogram)
  const { record, take } = recorder(base)
  if (typeof first !== 'function') {
    const instrument: Histogram = { ...toInstrument(base, take), record }
    return instrument
  }
  return toMetric(base, async (signal, context) => {
    const values: unknown = await first(signal, context)
    if (!Array.isArray(values))
      throw new FormatError('its function returned no list of observations', { nextStep: 'return a list of numbers' })
    values.map(observation).forEach((value) => record(value))
    return take(signal, context)
  })
}

/** The observations of one metric: recorded at any time, taken once a round. */
export interface Recorder {
  readonly record: Histogram['record']
  readonly take: (
    signal: AbortSignal,
    context: { readonly timeMs: number; readonly startedAtMs: number },
  ) => readonly Sample[]
}

/** Makes the state behind a timer or histogram. */
export function recorder({ series }: MetricBase): Recorder {
  const table = new SeriesTable(series, () => new HistogramAccumulator())
  let takenAtMs: number | undefined
  return {
    record: (value, attributes) => table.at(attributes).record(observation(value)),
    take: (_signal, { timeMs, startedAtMs }) => {
      const startTimeMs = takenAtMs ?? startedAtMs
      takenAtMs = timeMs
      return [...table.entries()].flatMap(({ series: each, state }) => {
        const taken = state.take()
        return taken === undefined ? [] : [{ series: each, histogram: taken, startTimeMs }]
      })
    },
  }
}

function observation(value: unknown): number {
  const number = finite(value)
  if (number < 0) throw new FormatError(`it observed ${number}, and observations are not negative`)
  return number
}
