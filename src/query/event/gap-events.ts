import type { MetricStore } from '../../store/store.ts'
import type { EventsQuestion, SomeEvents } from './event-list.ts'
import { limits } from '../limits.ts'

/** Records that have not arrived, or never will, when that was noticed. */
export async function readGapEvents({ codec, database }: MetricStore, question: EventsQuestion): Promise<SomeEvents> {
  const { hosts, fromMs, toMs } = question
  const known = new Map(hosts.map((host) => [host.hostId, host]))
  const rows = await database
    .selectFrom('ingest_gap')
    .innerJoin('agent_run', 'agent_run.run_id', 'ingest_gap.run_id')
    .select(['agent_run.host_id', 'ingest_gap.from_seq', 'ingest_gap.to_seq', 'ingest_gap.state'])
    .select(['ingest_gap.reason', 'ingest_gap.noted_at'])
    .where('ingest_gap.noted_at', '>=', codec.time(fromMs))
    .where('ingest_gap.noted_at', '<', codec.time(toMs))
    .orderBy('ingest_gap.noted_at', 'desc')
    .limit(limits.events + 1)
    .execute()
  const events = rows.flatMap((row) => {
    const host = known.get(row.host_id)
    if (host === undefined) return []
    const records = Number(codec.bigintValue(row.to_seq) - codec.bigintValue(row.from_seq)) + 1
    const what = `${records} ${records === 1 ? 'record' : 'records'}`
    const isOpen = row.state === 'open'
    const reason = row.reason === null ? '' : ` (${row.reason})`
    return [
      {
        timeMs: codec.timeMs(row.noted_at),
        kind: 'gap' as const,
        level: isOpen ? ('warn' as const) : ('critical' as const),
        host: host.name,
        hostUid: host.agentUid,
        text: isOpen ? `${what} not arrived yet` : `${what} ${row.state}${reason}`,
      },
    ]
  })
  return { events, isCut: rows.length > limits.events }
}
