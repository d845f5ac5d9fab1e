import type { MetricStore } from '../../store/store.ts'
import type { EventsQuestion, SomeEvents } from './event-list.ts'
import { limits } from '../limits.ts'

/** Records that were set aside as dead letters: one event for those of a minute, a host and a reason. */
export async function readSetAside({ codec, database }: MetricStore, question: EventsQuestion): Promise<SomeEvents> {
  const { hosts, isEveryHost, fromMs, toMs } = question
  const names = new Map(hosts.map(({ agentUid, name }) => [agentUid, name]))
  const most = 10 * limits.events
  const rows = await database
    .selectFrom('dead_letter')
    .select(['at', 'reason', 'error', 'agent_uid'])
    .where('at', '>=', codec.time(fromMs))
    .where('at', '<', codec.time(toMs))
    .orderBy('dead_letter_id', 'desc')
    .limit(most + 1)
    .execute()
  const letters = rows.map((row) => ({
    timeMs: codec.timeMs(row.at),
    reason: row.reason,
    error: row.error,
    hostUid: row.agent_uid === null ? null : codec.uidText(row.agent_uid),
  }))
  // Of a record that nobody could decode it is not known whose it is.
  const asked = letters.filter(({ hostUid }) => isEveryHost || (hostUid !== null && names.has(hostUid)))
  const groups = Map.groupBy(asked, ({ timeMs, reason, hostUid }) =>
    [Math.floor(timeMs / 60_000), reason, hostUid].join('/'),
  )
  const events = [...groups.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const { timeMs, reason, error, hostUid } = first
    const count = `${group.length} ${group.length === 1 ? 'record' : 'records'}`
    return [
      {
        timeMs,
        kind: 'dead-letter' as const,
        level: 'warn' as const,
        host: hostUid === null ? null : (names.get(hostUid) ?? null),
        hostUid,
        text: `${count} set aside (${reason}): ${error}`,
      },
    ]
  })
  return { events, isCut: rows.length > most }
}
