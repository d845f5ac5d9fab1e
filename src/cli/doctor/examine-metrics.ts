import type { Metric } from '../../metric/metric.ts'
import type { Sample } from '../../metric/sample.ts'
import type { Clock } from '../../runtime/clock.ts'
import { measureTwice } from '../measure-twice.ts'
import { counted } from '../text/counted.ts'
import { DoctorAgent } from './doctor-agent.ts'
import { finding, type Finding } from './finding.ts'

/** What a look at the metrics gives to those that come after it. */
export interface MeasuredRound {
  readonly finding: Finding
  readonly samples: readonly Sample[]
  readonly timeMs: number
  /** At most: as if every metric were measured in every round. */
  readonly bytesPerSecond: number
}

const mostNamed = 5

/** Measures once, as an agent does. */
export async function examineMetrics({
  metrics,
  intervalMs,
  hostName,
  clock,
  signal,
}: {
  readonly metrics: readonly Metric[]
  readonly intervalMs: number
  readonly hostName: string
  readonly clock: Clock
  readonly signal: AbortSignal
}): Promise<MeasuredRound> {
  const roots = { proc: '/proc', sys: '/sys', root: '/' }
  const { round } = await measureTwice({ metrics, intervalMs, roots, clock, signal })
  const timeMs = Math.round(round.timeMs)
  const records = new DoctorAgent(hostName, timeMs).records(timeMs, round.samples)
  const bytes = records.reduce((sum, { length }) => sum + length, 0)
  const measured = `${counted(round.samples.length, 'number')} measured`
  const [failed] = round.failures
  const named = round.failures.slice(0, mostNamed).map(({ metric, reason }) => `${metric.name}: ${reason}`)
  return {
    samples: round.samples,
    timeMs,
    bytesPerSecond: Math.max(1, bytes / (intervalMs / 1000)),
    finding:
      failed === undefined
        ? finding('metrics', 'ok', measured)
        : finding('metrics', 'note', `${measured}; ${counted(round.failures.length, 'metric')} gave nothing`, {
            why: named.join('; '),
            nextStep: '`hostvitals scrape` measures once more and says where each is defined',
          }),
  }
}
