import { systemClock } from '../runtime/clock.ts'
import { recorder, type Histogram } from './histogram.ts'
import type { Metric, Read } from './metric.ts'
import { parseAttributes } from './parse-attributes.ts'
import { metricBase, toInstrument, toMetric, type MetricOptions } from './metric-options.ts'

/** A timer inside an application: seconds, published as percentiles of what came since the last round. */
export interface Timer extends Histogram {
  /** Runs the function, records how long it took, and returns what it returns; what throws is timed too. */
  readonly time: <T>(work: () => T | Promise<T>, attributes?: MetricOptions['attributes']) => Promise<T>
}

/** A metric that times its function once a round; a function that throws or rejects is a failure of the round. */
export function timer(name: string, work: Read<unknown>, options?: MetricOptions): Metric
/** A timer inside an application: `await query.time(() => database.query(…))`. */
export function timer(name: string, options?: MetricOptions): Timer
export function timer(name: string, first: Read<unknown> | MetricOptions = {}, options: MetricOptions = {}): Metric {
  const base = metricBase(name, 'histogram', { unit: 's', ...(typeof first === 'function' ? options : first) }, timer)
  const { record, take } = recorder(base)
  if (typeof first === 'function') {
    return toMetric(base, async (signal, context) => {
      const begin = systemClock.monotonic()
      await first(signal, context)
      record((systemClock.monotonic() - begin) / 1000)
      return take(signal, context)
    })
  }
  const time: Timer['time'] = async (work, given) => {
    // Before the work, whose outcome must not be hidden by a wrong attribute.
    const attributes = given === undefined ? undefined : parseAttributes(given)
    const begin = systemClock.monotonic()
    try {
      return await work()
    } finally {
      record((systemClock.monotonic() - begin) / 1000, attributes)
    }
  }
  const instrument: Timer = { ...toInstrument(base, take), record, time }
  return instrument
}
