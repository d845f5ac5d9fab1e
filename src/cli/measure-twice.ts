import type { HostRoots, Metric } from '../metric/metric.ts'
import type { Clock } from '../runtime/clock.ts'
import { ignoreEvents } from '../runtime/events.ts'
import { Sampler } from '../sampling/sampler.ts'
import type { ScrapeRound } from '../sampling/scrape.ts'

/** Shares and rates need two readings; this far apart. */
const betweenReadingsMs = 250

/** What is measured, where, and until when. */
export interface MeasureSetting {
  readonly metrics: readonly Metric[]
  readonly intervalMs: number
  readonly roots: HostRoots
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** What a host gives at this moment: the second of two rounds, which has shares and rates, and the first one. */
export async function measureTwice({ clock, signal, ...setting }: MeasureSetting): Promise<{
  readonly round: ScrapeRound
  readonly first: ScrapeRound
}> {
  const sampler = new Sampler({ ...setting, startedAtMs: clock.now(), clock, emit: ignoreEvents })
  const first = await sampler.scrapeOnce(signal)
  await clock.sleep(betweenReadingsMs, signal)
  return { round: withFirstReasons(await sampler.scrapeOnce(signal), first), first }
}

/** One that hung is not asked a second time: why it has nothing is what the first reading said. */
function withFirstReasons(round: ScrapeRound, first: ScrapeRound): ScrapeRound {
  const reasons = new Map(first.failures.map(({ metric, reason }) => [metric, reason]))
  const failures = round.failures.map(({ metric, reason }) => ({ metric, reason: reasons.get(metric) ?? reason }))
  return { ...round, failures }
}
