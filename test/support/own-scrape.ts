import { groups } from '../../src/host/index.ts'
import { HostFiles } from '../../src/host/host-files.ts'
import type { Sample } from '../../src/metric/sample.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { Sampler } from '../../src/sampling/sampler.ts'

/**
 * Rounds over the machine on which the test runs: all that the groups can say which are on by default, opt-in metrics, every
 * device, and processors both together and one by one. Throws where a group fails.
 */
export function ownScrape(): () => Promise<readonly Sample[]> {
  const files = new HostFiles()
  const metrics = groups
    .filter(({ isOff }) => !isOff)
    .flatMap((group) => {
      const also = group.metrics.filter(({ isOptIn }) => isOptIn === true).map(({ name }) => name)
      const every = 'exclude' in group.defaults ? { exclude: [] } : {}
      const all = group.metric({ also, ...every }, files)
      return 'perCpu' in group.defaults ? [all, group.metric({ also, perCpu: true }, files)] : [all]
    })
  const roots = { proc: '/proc', sys: '/sys', root: '/' }
  const startedAtMs = systemClock.now()
  const sampler = new Sampler({
    metrics,
    intervalMs: 10_000,
    startedAtMs,
    roots,
    clock: systemClock,
    emit: ignoreEvents,
  })
  return async () => {
    const { samples, failures } = await sampler.scrapeOnce(new AbortController().signal)
    const [failure] = failures
    if (failure !== undefined) throw new Error(`${failure.metric.name} failed: ${failure.reason}`)
    return samples
  }
}
