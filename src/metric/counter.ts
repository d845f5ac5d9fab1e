import { FormatError } from '../runtime/errors.ts'
import { finite } from './finite.ts'
import type { Metric, Read } from './metric.ts'
import { metricBase, toInstrument, toMetric, type MetricOptions } from './metric-options.ts'
import { SeriesTable } from './series-table.ts'

/** A counter that an application adds to; each of its series counts from the round before the one that it is first published in. */
export interface Counter extends Metric {
  readonly add: (amount: number, attributes?: MetricOptions['attributes']) => void
}

/**
 * A metric whose function returns a running total: `counter('mail.delivered', readDelivered)`. The total is somebody else's
 * and goes on when the agent is restarted, so that it tells no start; a total that falls is a reset, and tells one from then on.
 */
export function counter(name: string, read: Read<number>, options?: MetricOptions): Metric
/** A counter inside an application: `requests.add(1)`. */
export function counter(name: string, options?: MetricOptions): Counter
export function counter(name: string, first: Read<number> | MetricOptions = {}, options: MetricOptions = {}): Metric {
  if (typeof first !== 'function') return instrument(name, first)
  const base = metricBase(name, 'counter', options, counter)
  return toMetric(base, async (signal, context) => {
    const value = notNegative(finite(await first(signal, context)))
    const known = context.remember((): Known => ({ timeMs: context.timeMs, value }))
    // It began anew after the former reading; when exactly, nobody knows.
    if (value < known.value) known.startTimeMs = Math.min(known.timeMs + 1, context.timeMs)
    known.timeMs = context.timeMs
    known.value = value
    return [
      { series: base.series, value, ...(known.startTimeMs === undefined ? {} : { startTimeMs: known.startTimeMs }) },
    ]
  })
}

/** What an application added up. */
interface Counted {
  value: number
  startTimeMs?: number
}

/** What a function returned last. */
interface Known {
  timeMs: number
  value: number
  startTimeMs?: number
}

function instrument(name: string, options: MetricOptions): Counter {
  const base = metricBase(name, 'counter', options, counter)
  const table = new SeriesTable(base.series, (): Counted => ({ value: 0 }))
  let readAtMs: number | undefined
  const metric = toInstrument(base, (_signal, { startedAtMs, timeMs }) => {
    // A series that was not there in the former round began after it. The total belongs to the process, so that the first
    // ones began with the first agent, also when another one asks later.
    const sinceMs = readAtMs ?? startedAtMs
    readAtMs = timeMs
    return Array.from(table.entries(), ({ series, state }) => {
      state.startTimeMs ??= sinceMs
      return { series, value: state.value, startTimeMs: state.startTimeMs }
    })
  })
  return { ...metric, add: (amount, attributes) => void (table.at(attributes).value += notNegative(finite(amount))) }
}

function notNegative(value: number): number {
  if (value >= 0) return value
  throw new FormatError(`a counter got ${value}, and counters only grow`, {
    nextStep: 'use a gauge for what goes down',
  })
}
