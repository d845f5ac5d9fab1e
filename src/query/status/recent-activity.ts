import { storedWhole } from '../../store/stored-value.ts'
import type { MetricStore } from '../../store/store.ts'

/** How far back what happens "now" is looked for. */
export const recentMs = 300_000

/** Below it a rate says nothing. */
const leastWindowMs = 1000

/** What was stored of the last minutes, by the time of measuring. */
export interface RecentActivity {
  /** How far back these were counted: `recentMs`, or since the first host's first row where that is later. */
  readonly windowMs: number
  readonly records: number
  /** Numbers, missing ones included, and timers' intervals. */
  readonly samples: number
  /** Hosts of which two runs measured in turns: two programs write under one identity. */
  readonly interleaved: ReadonlySet<number>
}

interface RunSpan {
  readonly hostId: number
  readonly runId: number
  readonly fromMs: number
  readonly toMs: number
}

/** Counts the last minutes by the indexes on time: no older row is looked at. */
export async function readRecentActivity(store: MetricStore, nowMs: number): Promise<RecentActivity> {
  const { codec, database } = store
  const from = codec.time(nowMs - recentMs)
  const to = codec.time(nowMs)
  const spans = await database
    .selectFrom('scrape')
    .select(['host_id', 'run_id', 'layout_id'])
    .select(({ fn }) => [fn.countAll().as('rows'), fn.min('time').as('first'), fn.max('time').as('last')])
    .where('time', '>=', from)
    .where('time', '<', to)
    .groupBy(['host_id', 'run_id', 'layout_id'])
    .execute()
  const { records } = await database
    .selectFrom((from_) =>
      from_
        .selectFrom('scrape')
        .select(['run_id', 'seq'])
        .where('time', '>=', from)
        .where('time', '<', to)
        .union(from_.selectFrom('histogram').select(['run_id', 'seq']).where('time', '>=', from).where('time', '<', to))
        .as('record'),
    )
    .select(({ fn }) => fn.countAll().as('records'))
    .executeTakeFirstOrThrow()
  const { timings } = await database
    .selectFrom('histogram')
    .select(({ fn }) => fn.countAll().as('timings'))
    .where('time', '>=', from)
    .where('time', '<', to)
    .executeTakeFirstOrThrow()
  const { firstSeen } = await database
    .selectFrom('host')
    .select(({ fn }) => fn.min('first_seen').as('firstSeen'))
    .executeTakeFirstOrThrow()
  const sizes = await readSizes(store, [...new Set(spans.map((span) => span.layout_id))])
  const numbers = spans.reduce(
    (sum, span) => sum + Number(storedWhole(span.rows)) * (sizes.get(span.layout_id) ?? 0),
    0,
  )
  const runs = spans.map((span) => ({
    hostId: span.host_id,
    runId: span.run_id,
    fromMs: codec.timeMs(span.first),
    toMs: codec.timeMs(span.last),
  }))
  // A host's first batch may hold rows of before it was seen.
  const sinceMs = Math.min(firstSeen === null ? 0 : codec.timeMs(firstSeen), ...runs.map(({ fromMs }) => fromMs))
  return {
    windowMs: Math.min(recentMs, Math.max(leastWindowMs, nowMs - sinceMs)),
    records: Number(storedWhole(records)),
    samples: numbers + Number(storedWhole(timings)),
    interleaved: interleavedHosts(runs),
  }
}

/** Hosts that have two runs whose times lie across each other; a restart's come one after the other. */
function interleavedHosts(spans: readonly RunSpan[]): ReadonlySet<number> {
  const hosts = new Set<number>()
  for (const [hostId, ofHost] of Map.groupBy(spans, (span) => span.hostId)) {
    const runs = [...Map.groupBy(ofHost, (span) => span.runId).values()].map((run) => ({
      fromMs: Math.min(...run.map((span) => span.fromMs)),
      toMs: Math.max(...run.map((span) => span.toMs)),
    }))
    runs.sort((a, b) => a.fromMs - b.fromMs)
    const isAcross = runs.some((run, index) => {
      const next = runs[index + 1]
      return next !== undefined && next.fromMs < run.toMs
    })
    if (isAcross) hosts.add(hostId)
  }
  return hosts
}

async function readSizes(
  { database }: MetricStore,
  layoutIds: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const sizes = new Map<number, number>()
  for (let at = 0; at < layoutIds.length; at += 500) {
    const rows = await database
      .selectFrom('layout')
      .select(['layout_id', 'size'])
      .where('layout_id', 'in', layoutIds.slice(at, at + 500))
      .execute()
    for (const { layout_id: id, size } of rows) sizes.set(id, size)
  }
  return sizes
}
