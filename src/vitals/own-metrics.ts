import type { Metric } from '../metric/metric.ts'
import type { Vitals } from './vitals.ts'

/** The vitals as one metric of an agent's scrape, at the agent's interval. */
export function ownMetrics(vitals: Vitals): Metric {
  return { name: 'hostvitals', read: (_signal, { timeMs }) => vitals.take(timeMs) }
}
