import type { GapState } from '../../store/ingest/seq-history.ts'
import { storedWhole } from '../../store/stored-value.ts'
import type { MetricStore } from '../../store/store.ts'

/** Counting stops here: more gaps than this say the same. */
export const mostCounted = 10_000

/** How many gaps there are of a state, and how many records they stand for. */
export interface GapCount {
  readonly ranges: number
  readonly records: number
}

/** All gaps by state. */
export interface GapCounts {
  readonly open: GapCount
  readonly lost: GapCount
  readonly expired: GapCount
  /** False: there are more, only the first 10 000 were counted. */
  readonly isComplete: boolean
}

/** Records of one run that have not arrived. */
export interface Gap {
  readonly host: string
  readonly agentUid: string
  /** 63 random bits of the agent's start, as text. */
  readonly run: string
  readonly fromSeq: number
  readonly toSeq: number
  readonly records: number
  readonly state: GapState
  readonly reason: string | null
  /** ISO 8601. */
  readonly notedAt: string
}

/** Which gaps. */
export interface GapFilter {
  readonly hostIds?: readonly number[]
  readonly state?: GapState
  readonly limit: number
}

/** Counts the gaps by state, at most 10 000 of them; those of forgotten hosts are nobody's any more. */
export async function countGaps({ database }: MetricStore): Promise<GapCounts> {
  const rows = await database
    .selectFrom((from) =>
      from
        .selectFrom('ingest_gap')
        .innerJoin('agent_run', 'agent_run.run_id', 'ingest_gap.run_id')
        .innerJoin('host', 'host.host_id', 'agent_run.host_id')
        .select(['ingest_gap.state', 'ingest_gap.from_seq', 'ingest_gap.to_seq'])
        .where('host.forgotten_at', 'is', null)
        .limit(mostCounted)
        .as('gap'),
    )
    .select('gap.state')
    .select(({ fn }) => [fn.countAll().as('ranges'), fn.sum('gap.from_seq').as('from'), fn.sum('gap.to_seq').as('to')])
    .groupBy('gap.state')
    .execute()
  const counts = new Map<string, GapCount>()
  for (const { state, ranges, from, to } of rows) {
    const records = storedWhole(to) - storedWhole(from) + storedWhole(ranges)
    counts.set(state, { ranges: Number(storedWhole(ranges)), records: Number(records) })
  }
  const of = (state: GapState): GapCount => counts.get(state) ?? { ranges: 0, records: 0 }
  const all = [...counts.values()].reduce((sum, { ranges }) => sum + ranges, 0)
  return { open: of('open'), lost: of('lost'), expired: of('expired'), isComplete: all < mostCounted }
}

/** Gaps, the newest first; those of forgotten hosts only where these are asked for. */
export async function listGaps({ codec, database }: MetricStore, filter: GapFilter): Promise<readonly Gap[]> {
  if (filter.hostIds?.length === 0) return []
  let query = database
    .selectFrom('ingest_gap')
    .innerJoin('agent_run', 'agent_run.run_id', 'ingest_gap.run_id')
    .innerJoin('host', 'host.host_id', 'agent_run.host_id')
    .select(['host.name', 'host.agent_uid', 'agent_run.run'])
    .select([
      'ingest_gap.from_seq',
      'ingest_gap.to_seq',
      'ingest_gap.state',
      'ingest_gap.reason',
      'ingest_gap.noted_at',
    ])
  query =
    filter.hostIds === undefined
      ? query.where('host.forgotten_at', 'is', null)
      : query.where('host.host_id', 'in', filter.hostIds)
  if (filter.state !== undefined) query = query.where('ingest_gap.state', '=', filter.state)
  const rows = await query
    .orderBy('ingest_gap.noted_at', 'desc')
    .orderBy('ingest_gap.run_id')
    .orderBy('ingest_gap.from_seq')
    .limit(filter.limit)
    .execute()
  return rows.map((row) => {
    const fromSeq = Number(codec.bigintValue(row.from_seq))
    const toSeq = Number(codec.bigintValue(row.to_seq))
    return {
      host: row.name,
      agentUid: codec.uidText(row.agent_uid),
      run: String(codec.bigintValue(row.run)),
      fromSeq,
      toSeq,
      records: toSeq - fromSeq + 1,
      state: parseState(row.state),
      reason: row.reason,
      notedAt: new Date(codec.timeMs(row.noted_at)).toISOString(),
    }
  })
}

/** A check of the table holds it to these. */
function parseState(text: string): GapState {
  return text === 'lost' || text === 'expired' ? text : 'open'
}
