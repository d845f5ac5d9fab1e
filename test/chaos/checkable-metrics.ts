import { counter } from '../../src/metric/counter.ts'
import { gauge } from '../../src/metric/gauge.ts'
import { histogram } from '../../src/metric/histogram.ts'
import type { Metric } from '../../src/metric/metric.ts'

/** Metrics of every kind whose values grow from round to round, so that no record of an agent is like another. */
export function checkableMetrics(series: number, labelBytes: number): readonly Metric[] {
  const rounds = { gauges: 0, counted: 0, timed: 0 }
  const gauges = Array.from({ length: series }, (_, at) =>
    gauge(`chaos.gauge.${at}`, () => rounds.gauges++ / 8, { attributes: { padding: 'x'.repeat(labelBytes) } }),
  )
  return [
    ...gauges,
    counter('chaos.rounds', () => ++rounds.counted, { unit: '{round}' }),
    histogram('chaos.spread', () => [++rounds.timed, rounds.timed * 2], { unit: 's' }),
  ]
}
