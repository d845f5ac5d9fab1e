import type { MetricStore } from '../../store/store.ts'
import type { KnownHost } from '../host/hosts.ts'

/** A span that is lost for good. */
export interface LostSpan {
  readonly hostUid: string
  readonly fromMs: number
  readonly toMs: number
  /** As the agent or the log gave it: `full`, `corrupt`, `refused`, `run-ended`, `kafka`; `expired` where it came too late. */
  readonly reason: string
}

/** More bands than this say no more on one chart. */
const mostSpans = 50
/** A loss is noted soon after it; how long before that its neighbours are looked for. */
const searchMs = 7 * 86_400_000

/**
 * The spans of records that will never come: a gap knows only numbers of records, so its times are those of the stored
 * records beside it. One without a neighbour on a side ends where it was noted.
 */
export async function readLostSpans(
  { codec, database }: MetricStore,
  question: { readonly hosts: readonly KnownHost[]; readonly fromMs: number; readonly toMs: number },
): Promise<readonly LostSpan[]> {
  const { hosts, fromMs, toMs } = question
  const known = new Map(hosts.map((host) => [host.hostId, host]))
  let query = database
    .selectFrom('ingest_gap')
    .innerJoin('agent_run', 'agent_run.run_id', 'ingest_gap.run_id')
    .select(['ingest_gap.run_id', 'ingest_gap.from_seq', 'ingest_gap.to_seq', 'ingest_gap.state', 'ingest_gap.reason'])
    .select(['ingest_gap.noted_at', 'agent_run.host_id'])
    .where('ingest_gap.state', '!=', 'open')
    .where('ingest_gap.noted_at', '>=', codec.time(fromMs))
    .orderBy('ingest_gap.noted_at', 'desc')
    .limit(mostSpans)
  if (hosts.length <= 200) query = query.where('agent_run.host_id', 'in', [...known.keys()])
  const gaps = hosts.length === 0 ? [] : await query.execute()
  const spans: LostSpan[] = []
  for (const gap of gaps) {
    const host = known.get(gap.host_id)
    if (host === undefined) continue
    const notedMs = codec.timeMs(gap.noted_at)
    const near = database
      .selectFrom('scrape')
      .where('host_id', '=', gap.host_id)
      .where('run_id', '=', gap.run_id)
      .where('time', '>=', codec.time(Math.min(fromMs, notedMs - searchMs)))
    const before = await near
      .select('time')
      .where('seq', '<', gap.from_seq)
      .where('time', '<', codec.time(notedMs + 60_000))
      .orderBy('time', 'desc')
      .limit(1)
      .executeTakeFirst()
    const after = await near.select('time').where('seq', '>', gap.to_seq).orderBy('time').limit(1).executeTakeFirst()
    const spanToMs = after === undefined ? notedMs : codec.timeMs(after.time)
    const spanFromMs = before === undefined ? Math.max(host.firstSeenMs, fromMs) : codec.timeMs(before.time)
    if (spanToMs <= fromMs || spanFromMs >= toMs || spanFromMs >= spanToMs) continue
    const reason = gap.reason ?? gap.state
    spans.push({ hostUid: host.agentUid, fromMs: spanFromMs, toMs: spanToMs, reason })
  }
  return spans
}
