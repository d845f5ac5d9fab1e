import type { MetricStore } from '../../store/store.ts'
import type { EventsQuestion, HappenedEvent, SomeEvents } from './event-list.ts'
import { limits } from '../limits.ts'

/** How far before the range a host's former start is looked for. */
const lookBackMs = 90 * 86_400_000
/** A host tells its boot time by its clock, which moves a little. */
const sameBootMs = 15_000

/** Hosts that came, agents that were started again, and hosts that were. */
export async function readStarts({ codec, database }: MetricStore, question: EventsQuestion): Promise<SomeEvents> {
  const { hosts, fromMs, toMs } = question
  const known = new Map(hosts.map((host) => [host.hostId, host]))
  const most = 10 * limits.events
  const runs = await database
    .selectFrom('agent_run')
    .select(['host_id', 'started_at', 'booted_at'])
    .where('started_at', '>=', codec.time(fromMs - lookBackMs))
    .where('started_at', '<', codec.time(toMs))
    .orderBy('started_at', 'desc')
    .limit(most + 1)
    .execute()
  const events: HappenedEvent[] = []
  for (const [hostId, ofHost] of Map.groupBy(runs, (run) => run.host_id)) {
    const host = known.get(hostId)
    if (host === undefined) continue
    const { name, agentUid } = host
    for (const [index, run] of ofHost.entries()) {
      const timeMs = codec.timeMs(run.started_at)
      // The first run of a host is no restart.
      const former = ofHost[index + 1]
      if (timeMs < fromMs || former === undefined) continue
      const bootedMs = run.booted_at === null ? undefined : codec.timeMs(run.booted_at)
      const formerMs = former.booted_at === null ? undefined : codec.timeMs(former.booted_at)
      const isReboot = bootedMs !== undefined && formerMs !== undefined && bootedMs - formerMs > sameBootMs
      events.push({
        timeMs,
        kind: isReboot ? 'reboot' : 'restart',
        level: 'ok',
        host: name,
        hostUid: agentUid,
        text: isReboot ? 'the host was started again' : 'its agent was started again',
      })
    }
  }
  for (const { name, agentUid, firstSeenMs } of hosts) {
    if (firstSeenMs < fromMs || firstSeenMs >= toMs) continue
    const text = 'the first records of it came'
    events.push({ timeMs: firstSeenMs, kind: 'new-host', level: 'ok', host: name, hostUid: agentUid, text })
  }
  return { events, isCut: runs.length > most }
}
